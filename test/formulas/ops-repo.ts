/** An ops repo with a history of the test's choice: what waits on main, what fired and how it ended. */
import type { Files, TestRemote } from '../support/git-repo.js'
import { makeRemote } from './remote.js'

interface OpsCommit {
  /** Days before now. */
  readonly daysAgo: number
  readonly files: Files
}

const DAY_MS = 86_400_000

export async function makeOpsRepo(commits: readonly OpsCommit[]): Promise<{ path: string; commit: string }> {
  const remote: TestRemote = await makeRemote({})
  let commit = ''
  for (const { daysAgo, files } of commits) {
    commit = await remote.commit({ files, at: Math.floor((Date.now() - daysAgo * DAY_MS) / 1000) })
  }
  return { path: remote.path, commit }
}

/** The day of a record's folder, some days before today (UTC). */
export function dayBefore(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10)
}

interface Fired {
  readonly id: string
  readonly daysAgo: number
  readonly formula: string
  readonly tier?: string
  readonly claimedAt?: string
  /** Without: still in flight. */
  readonly status?: string
  readonly failedStep?: string
  readonly outputs?: Readonly<Record<string, string>>
}

/** The files of one claim, as the recorder lays them (DESIGN section 4): statements in DSSE envelopes. */
export function firedFiles(fired: Fired): Readonly<Record<string, string>> {
  const folder = `vault/fired/${dayBefore(fired.daysAgo)}/${fired.id}`
  const files: Record<string, string> = {
    [`${folder}/action.toml`]: `id = "${fired.id}"\nformula = "${fired.formula}"\n`,
    [`${folder}/intent.json`]: envelope('intent', {
      claimed_at: fired.claimedAt ?? `${dayBefore(fired.daysAgo)}T00:00:00.000Z`,
      formula: fired.formula,
      id: fired.id,
      rules: [{ gave: 'x', rule: 'tier', saw: '"tier":"high"' }],
      tier: fired.tier ?? 'low',
      trust_set: { formula: fired.formula },
    }),
  }
  if (fired.status === undefined) return files
  const outcome = {
    failed_step: fired.failedStep ?? null,
    id: fired.id,
    log_tail: 'the log says "status":"indeterminate"\n',
    outputs: fired.outputs ?? {},
    reason: 'ended',
    status: fired.status,
  }
  return { ...files, [`${folder}/outcome.json`]: envelope('outcome', outcome) }
}

export function refusedFiles(id: string, daysAgo: number, reason: string): Readonly<Record<string, string>> {
  const folder = `vault/refused/${dayBefore(daysAgo)}/${id}-0123456789ab`
  return {
    [`${folder}/action.toml`]: `id = "${id}"\n`,
    [`${folder}/decision.json`]: envelope('decision', { event: 'refused', id, reason, rules: [] }),
  }
}

function envelope(kind: string, predicate: object): string {
  const predicateType = `urn:countersign:${kind}:1`
  const statement = { _type: 'https://in-toto.io/Statement/v1', predicate, predicateType, subject: [] }
  return JSON.stringify({
    payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
    payloadType: 'application/vnd.in-toto+json',
    signatures: [{ keyid: 'aa', sig: 'bb' }],
  })
}
