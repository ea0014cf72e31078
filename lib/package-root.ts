/** Where this package lies, whether it runs from its source, from `dist/` or from an installation. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NAME = 'countersign'

/** The folder with the starter policy and formulas. */
export async function packageRoot(): Promise<string> {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; ; folder = dirname(folder)) {
    if ((await nameIn(folder)) === NAME) return folder
    if (folder === dirname(folder)) throw new Error(`${start} is not within the package ${NAME}`)
  }
}

async function nameIn(folder: string): Promise<string | null> {
  try {
    const read = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly name?: string }
    return read.name ?? null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
