/** Records a freeze or its end on main, beside a daemon that may be working on the same state folder. */
import { instanceId } from '../../lib/state/instance-lock.js'
import type { Oid } from '../../vault/oid.js'
import type { FreezeCause } from '../../vault/plan/snapshot.js'
import type { Adapters } from '../adapters.js'
import type { Config } from '../config.js'
import { Recorder } from '../record/recorder.js'
import { SwitchJournal } from '../record/switch-journal.js'
import { UncheckedRecords } from '../record/unchecked-records.js'
import { ViewFile } from '../state/view.js'
import { openWorkplace } from './workplace.js'

export interface SwitchWords {
  readonly reason: string
  readonly cause: FreezeCause
  readonly root: Oid | null
}

/** @returns null when it is on main, else why not */
export async function recordSwitch(
  event: 'freeze' | 'unfreeze',
  words: SwitchWords,
  config: Config,
  adapters: Adapters,
): Promise<string | null> {
  // First on disk: where the remote is away, the next tick records it.
  const journal = new SwitchJournal(config.stateDir)
  try {
    await journal.add({ event, ...words, at: adapters.now() })
  } catch (error) {
    // The switch itself holds already: an error would pass for one that failed.
    return `it could not be noted for the next tick either (${said(error)}); say it again when that is mended`
  }
  const problem = await recordNow(journal, config, adapters)
  return problem === null ? null : `${problem}. It is noted: the next tick records it`
}

async function recordNow(journal: SwitchJournal, config: Config, adapters: Adapters): Promise<string | null> {
  try {
    const { repository } = await openWorkplace({ config: config.path }, adapters)
    try {
      const { main } = await repository.remote.list()
      if (main === null) return 'the ops repo has no main'
      if ((await repository.objects.commit(main)) === null)
        await repository.remote.fetch([`refs/heads/${config.branch}`])
      const signer = await adapters.signer(config.keyPath)
      const dispatcher = { name: config.name, instance: await instanceId(config.stateDir), key: signer.keyId }
      const { now, sleep } = adapters
      const recorder = new Recorder({
        repository,
        branch: config.branch,
        name: config.name,
        now,
        sleep,
        seen: async () => null,
        onRecorded: async () => undefined,
        expectsMore: () => false,
      })
      recorder.startFrom(main)
      const view = await new ViewFile(config.stateDir).read()
      const unchecked = new UncheckedRecords(repository.history, () => view?.checked ?? null)
      const scribe = { signer, dispatcher, objects: repository.objects, unchecked, branch: config.branch }
      const kept = await journal.record(recorder, scribe, { main, freeze: null })
      return kept === null ? null : 'why' in kept ? kept.why : 'main kept moving'
    } finally {
      await repository.close()
    }
  } catch (error) {
    return said(error)
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
