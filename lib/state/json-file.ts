/** One JSON value in one file: written whole or not at all, parsed by a schema when read. */
import type { z } from 'zod'
import { diskFiles } from './disk-files.js'
import type { StateFiles } from './port.js'

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
export async function readJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  files: StateFiles = diskFiles,
): Promise<T | null> {
  const text = await files.read(path)
  if (text === null) return null
  const parsed = schema.safeParse(parseJson(path, text))
  if (!parsed.success) throw new StateFileError(path, parsed.error.issues[0]?.message ?? 'unknown shape')
  return parsed.data
}

export function writeJsonFile(path: string, value: unknown, files: StateFiles = diskFiles): Promise<void> {
  return files.write(path, `${JSON.stringify(value)}\n`)
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StateFileError(path, 'not JSON')
  }
}
