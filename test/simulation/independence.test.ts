// The judge is worth something only as long as it shares nothing with what it judges.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
const JUDGE = join(ROOT, 'test/simulation/judge')
const IMPORT = /^import (?<type>type )?(?<names>[^']*)from '(?<from>[^']+)'/gm

interface Import {
  readonly isType: boolean
  readonly names: string
  readonly path: string
}

/** What a file imports, with paths from the root of the project; packages by their names. */
function importsOf(file: string): Import[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(({ groups = {} }) => ({
    isType: groups['type'] !== undefined,
    names: (groups['names'] ?? '').trim(),
    path: (groups['from'] ?? '').startsWith('.')
      ? relative(ROOT, join(file, '..', groups['from'] ?? ''))
      : (groups['from'] ?? ''),
  }))
}

const FILES = readdirSync(JUDGE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))

describe('the judge', () => {
  it('is found where it is looked for', () => {
    expect(FILES.length).toBeGreaterThan(8)
    expect(FILES.flatMap(importsOf).length).toBeGreaterThan(20)
  })

  it.each(FILES.map((file) => [relative(JUDGE, file), file]))('shares no code with the dispatcher: %s', (_, file) => {
    const shared = importsOf(file).filter(({ path }) => /^(vault|lib|dispatcher)\//.test(path))
    // What an object is called in git is a name, and no code.
    expect(shared.filter(({ isType, names }) => !isType || names !== '{ Oid }')).toEqual([])
  })

  it.each(FILES.map((file) => [relative(JUDGE, file), file]))(
    'takes nothing from the simulated ports: %s',
    (_, file) => {
      expect(importsOf(file).filter(({ path, isType }) => path.includes('/ports/') && !isType)).toEqual([])
    },
  )
})
