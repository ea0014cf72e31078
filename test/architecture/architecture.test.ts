// The laws of the house that imports alone do not show; `npm run arch` has those that they do.
import { describe, expect, it } from 'vitest'
import { namedExports } from './named-exports.js'
import { kebabCase, tellingNames } from './naming.js'
import { network } from './network.js'
import { processAccess } from './process-access.js'
import { purity } from './purity.js'
import { replacedModules } from './replaced-modules.js'
import { judge } from './rule.js'
import { hasRoom, readSources } from './sources.js'

const sources = readSources()

describe.each([purity, processAccess, network, namedExports, kebabCase, tellingNames, replacedModules])(
  '$name',
  (rule) => {
    it('holds', () => {
      expect(sources.flatMap((source) => judge(rule, source))).toEqual([])
    })

    it.each(rule.planted)('catches $path: $text', (source) => {
      expect(judge(rule, source)).not.toEqual([])
    })

    it.each(rule.innocent)('lets pass $path: $text', (source) => {
      expect(judge(rule, source)).toEqual([])
    })
  },
)

describe('the rules look', () => {
  it.each(['vault', 'lib', 'dispatcher'].filter(hasRoom))('at the sources in %s', (room) => {
    const seen = sources.filter(({ path }) => path.startsWith(`${room}/`) && path.endsWith('.ts'))
    expect(seen.length).toBeGreaterThan(0)
  })
})
