/** One JSON value in one file: written whole or not at all, parsed by a schema when read. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'

/** The file is there and is not what it should be. */
export class StateFileError extends Error {
  constructor(
    readonly path: string,
    why: string,
  ) {
    super(`${path} cannot be used: ${why}. Remove it to have it rebuilt.`)
  }
}

/** Null where there is no file. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const parsed = schema.safeParse(parseJson(path, text))
  if (!parsed.success) throw new StateFileError(path, parsed.error.issues[0]?.message ?? 'unknown shape')
  return parsed.data
}

export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, `${JSON.stringify(value)}\n`, { mode: 0o600 })
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StateFileError(path, 'not JSON')
  }
}
