/** The refs of a bare repository, from its files: a forge asks for them before and after each push, and a process each time is a tenth of its tests. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const LOOSE = /^([0-9a-f]{40})\n$/
const PACKED = /^([0-9a-f]{40}) (\S+)$/gm

/** By full name, in the order of names. Symbolic ones are left out. */
export async function readRefs(repository: string): Promise<ReadonlyMap<string, string>> {
  // Git writes what it packs before it removes the files: in this order none is missed.
  const loose = await readLoose(repository, 'refs')
  const packed = await readFile(join(repository, 'packed-refs'), 'utf8').catch(ifMissing(''))
  const all = new Map([...packed.matchAll(PACKED)].map(([, oid = '', name = '']) => [name, oid]))
  for (const [name, oid] of loose) all.set(name, oid)
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function readLoose(repository: string, folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(join(repository, folder), { withFileTypes: true }).catch(ifMissing([]))
  const read = entries.map(async (entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return readLoose(repository, name)
    const oid = LOOSE.exec(await readFile(join(repository, name), 'utf8').catch(ifMissing('')))?.[1]
    return oid === undefined ? [] : [[name, oid] as const]
  })
  return (await Promise.all(read)).flat()
}

/** Git removes files and empty folders at any time. */
function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value
    throw error
  }
}
