/** What must hold between the steps of a formula. */
import type { Finding } from '../format/finding.js'
import type { Check } from '../format/format.js'
import { stringAt, stringsIn, tablesIn } from '../format/raw.js'
import { repeated } from '../format/repeated.js'
import { quoted } from '../text/printable.js'
import type { KeyPath, TomlTable } from '../toml/document.js'

interface Entry {
  readonly path: KeyPath
  readonly id: string | null
}

const LISTS: readonly KeyPath[] = [['steps'], ['on_failure']]

const entriesOf = (root: TomlTable, list: KeyPath): readonly Entry[] =>
  tablesIn(root, list).map(({ path }) => ({ path, id: stringAt(root, [...path, 'id']) }))

/** Over both lists: an outcome names the step that failed by its id alone. */
const idsAreUnique: Check = (root) => {
  const ids = LISTS.flatMap((list) => entriesOf(root, list)).flatMap(({ path, id }) =>
    id === null ? [] : [{ path: [...path, 'id'], text: id }],
  )
  return repeated(ids, 'The formula')
}

const needsComeBefore: Check = (root) =>
  LISTS.flatMap((list) => {
    const entries = entriesOf(root, list)
    return entries.flatMap(({ path }, index) => {
      const earlier = new Set(entries.slice(0, index).map(({ id }) => id))
      const needs = stringsIn(root, [...path, 'needs'])
      return [...repeated(needs, '`needs`'), ...needs.filter(({ text }) => !earlier.has(text)).map(unknownNeed)]
    })
  })

const unknownNeed = ({ path, text }: { path: KeyPath; text: string }): Finding => ({
  path,
  code: 'needs_unknown',
  message: `No step ${quoted(text)} comes before this one. Correct \`needs\`, or the order of the steps.`,
})

const runOrDescription: Check = (root) =>
  LISTS.flatMap((list) => tablesIn(root, list)).flatMap(({ path, table }): readonly Finding[] => {
    const [run, description] = [Object.hasOwn(table, 'run'), Object.hasOwn(table, 'description')]
    if (run && description) {
      const message = 'A step has either `run` or `description`, not both. Remove one, or make two steps of it.'
      return [{ path: [...path, 'description'], code: 'bad_value', message }]
    }
    if (run || description) return []
    const message = 'The step does nothing. Add `run` (shell lines) or `description` (a prompt for an agent).'
    return [{ path, code: 'missing_key', message }]
  })

export const STEP_CHECKS: readonly Check[] = [idsAreUnique, needsComeBefore, runOrDescription]
