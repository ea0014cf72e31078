import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Source } from './rule.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ROOMS = ['vault', 'lib', 'dispatcher', 'formulas', 'test', 'bench', 'scripts']

export const hasRoom = (room: string): boolean => existsSync(`${ROOT}${room}`)

/** All files of the rooms that there are; fixtures are data, not sources. */
export function readSources(): readonly Source[] {
  return ROOMS.filter(hasRoom)
    .flatMap(filesOf)
    .filter((path) => !path.includes('/fixtures/'))
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }))
}

function filesOf(room: string): readonly string[] {
  return readdirSync(`${ROOT}${room}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length))
}
