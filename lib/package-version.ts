import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

/** The version of this package, such as `0.1.0`. */
export async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(await packageRoot(), 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return version
}
