/** A bug to plant: a small change of the source, and the laws by which the judge may find it. */
import type { Law } from '../judge/violation.js'
import type { Edit } from './build-tree.js'

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The first violation that is seen is of one of these. */
  readonly laws: readonly Law[]
}

/** One change in one file. */
export function mutant(name: string, laws: readonly Law[], file: string, find: string, replace: string): Mutant {
  return { name, laws, edits: [{ file, find, replace }] }
}

/** Together with the guard that would hide it: whatever is known of used ids, a claim is never written over a record. */
export function writesOver(one: Mutant): Mutant {
  const guard = {
    file: 'dispatcher/record/entries.ts',
    find: "if (await hasRecords(scribe.objects, base, { day, id })) throw new Error('it was claimed before')",
    replace: '',
  }
  return plantedToo(one, guard)
}

/** Together with the guard that would hide it: at its turn each run is looked at once more. */
export function startsWhatIsHeld(one: Mutant): Mutant {
  const guard = {
    file: 'dispatcher/apply/launcher.ts',
    find: 'if ((await this.parts.freezeSwitch.read()) !== null || this.#isHeld)',
    replace: 'if (this.#isDraining)',
  }
  return plantedToo(one, guard)
}

function plantedToo(one: Mutant, guard: Edit): Mutant {
  return { ...one, edits: [...one.edits, guard] }
}
