/** The whole audit of one main: its records as they lie, and its history from the trust root on. Reads git objects, and nothing that a dispatcher left. */
import type { Repository } from '../../lib/git/port.js'
import { type AuditFinding, auditFinding } from '../../vault/audit/finding.js'
import type { TrustRoot } from '../../vault/audit/render-audit.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Trust } from '../../vault/trust/trust.js'
import { TRUST_PATHS, TrustRootUnusable } from '../observe/trust-reader.js'
import { assumeRoot } from './assume-root.js'
import { ClaimedIds } from './claimed-ids.js'
import type { AcceptedRoot } from './decision-audit.js'
import { Findings } from './findings.js'
import { HeadAudit } from './head-audit.js'
import { auditLine } from './line-audit.js'
import { lineMarks } from './line-windows.js'

export interface AuditParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly main: Oid
  /** Null: the one that the signed intents name. */
  readonly root: Oid | null
}

export interface Audit {
  readonly findings: readonly AuditFinding[]
  readonly counts: {
    readonly records: number
    readonly fired: number
    readonly refused: number
    readonly events: number
  }
  /** Null: none was given, and main was never laid out. */
  readonly root: TrustRoot | null
  readonly accepted: readonly AcceptedRoot[]
  /** Claims judged anew by the set in force at their time; those from before the root are not. */
  readonly judged: number
}

export async function auditMain({ repository, verifier, main, root: given }: AuditParts): Promise<Audit> {
  const findings = new Findings()
  const ids = new ClaimedIds(repository.objects, verifier)
  const head = new HeadAudit({ objects: repository.objects, verifier, ids, findings })
  await head.read(main)
  const trustRoot: TrustRoot | null =
    given === null ? await assumeRoot(head, repository, main) : { commit: given, from: 'given' }
  const unjudged = { counts: head.counts, root: trustRoot, accepted: [], judged: 0 }
  if (trustRoot === null) return { ...unjudged, findings: findings.list() }
  const root = trustRoot.commit
  const marks = await lineMarks(repository, root, main)
  if (marks === null) {
    findings.add(
      auditFinding(
        'root_missing',
        `the trust root ${root.slice(0, 12)} is not on the first-parent line of main: no claim can be judged`,
        {},
      ),
    )
    return { ...unjudged, findings: findings.list() }
  }
  try {
    const line = await auditLine({ repository, verifier, root, head: main, ids, findings }, marks)
    findings.add(...(await findTrustFaults(line.trust, repository)))
    return {
      counts: head.counts,
      root: trustRoot,
      accepted: line.accepted,
      judged: line.judged,
      findings: findings.list(),
    }
  } catch (error) {
    if (!(error instanceof TrustRootUnusable)) throw error
    const path = error.files[0]?.path ?? null
    findings.add(auditFinding('trust_set_unusable', `${error.message}: no claim can be judged`, { path, commit: root }))
    return { ...unjudged, findings: findings.list() }
  }
}

/** What is wrong with the trust set at head. */
async function findTrustFaults({ offending, broken }: Trust, repository: Repository): Promise<readonly AuditFinding[]> {
  const unusable = broken?.files.map(({ path, problems: [first] }) => {
    const why = first === undefined ? '' : `: line ${first.line}, ${first.message}`
    return auditFinding(
      'trust_set_unusable',
      `commit ${broken.commit.slice(0, 12)} brought a trust set that cannot be used${why}`,
      { path, commit: broken.commit },
    )
  })
  if (offending === null) return unusable ?? []
  const { commit, detail, reason } = offending
  const message = `commit ${commit.slice(0, 12)} changed the trust set and was not undone (${reason}: ${detail})`
  const path = await changedPath(commit, repository)
  return [...(unusable ?? []), auditFinding('unauthorised_policy', message, { path, commit })]
}

async function changedPath(oid: Oid, repository: Repository): Promise<string | null> {
  const first = (await repository.objects.commit(oid))?.parents[0]
  if (first === undefined) return null
  const { changes } = await repository.history.diff(first, oid, TRUST_PATHS, 1)
  return changes[0]?.path ?? null
}
