import type { Rule } from './rule.js'

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const SUFFIX = /(?:\.(?:test|bench|d))?\.(?:ts|toml|sh)$/
// A room or a file that is named like this says nothing, so everything ends up in it.
const EMPTY = /^(?:utils?|helpers?|managers?|common|misc)$|-(?:utils?|helpers?|managers?)$/

const named = (path: string) => ({ path, text: '' })

/** The names on the way to a file, each without its suffix. */
const namesOf = (path: string) => path.replace(SUFFIX, '').split('/')

export const kebabCase: Rule = {
  name: 'files and folders are named in kebab-case',
  appliesTo: (path) => SUFFIX.test(path),
  violations: ({ path }) =>
    namesOf(path).every((name) => KEBAB.test(name)) ? [] : [`${path}: is not named in kebab-case`],
  planted: ['vault/gitFacts.ts', 'lib/Git/clone.ts', 'lib/git/clone_all.ts', 'lib/git/clone.extra.ts'].map(named),
  innocent: ['vault/git-facts.ts', 'test/vault/id.test.ts', 'formulas/groom-backlog.sh', 'vault/README.md'].map(named),
}

export const tellingNames: Rule = {
  name: 'nothing is called utils, helpers, manager, common or misc',
  appliesTo: () => true,
  violations: ({ path }) =>
    namesOf(path).some((name) => EMPTY.test(name)) ? [`${path}: has a name that says nothing`] : [],
  planted: ['lib/utils/clone.ts', 'vault/helpers.ts', 'lib/git/git-utils.ts', 'test/common/a.ts', 'a/manager.ts'].map(
    named,
  ),
  innocent: ['vault/common-ancestor.ts', 'lib/git/clone.ts', 'vault/miscount.ts'].map(named),
}
