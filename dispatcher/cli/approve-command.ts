/** `countersign approve <id>`: shows verdict and plan, then makes the signed merge that is the second key. */
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import { renderApproved, renderRefusal, renderSigner, renderToApprove } from '../../vault/prose/approval.js'
import { plain } from '../../vault/prose/plain.js'
import type { Tier } from '../../vault/tier.js'
import type { Adapters } from '../adapters.js'
import { Approval, type Approved } from '../approve/approval.js'
import type { OpenRequest, Subject } from '../approve/subject.js'
import { groundOf } from '../observe/trust-reader.js'
import { EXIT, type ExitCode, refusedError, type Terminal, unverifiedError, usageError } from './terminal.js'
import { trustRootOf } from './trusted-main.js'
import { findUserKey, KEY_REMEDY } from './user-key.js'
import { openWorkplace, type RepoOptions, type Workplace } from './workplace.js'

export interface ApproveOptions extends RepoOptions {
  /** A key file; default: the `user.signingkey` of the approver's git. */
  readonly key?: string | undefined
  /** Do not ask at the terminal; a script is never asked. */
  readonly yes?: boolean | undefined
  /** Show it, and merge nothing. */
  readonly dryRun?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Exit code 0 also where nothing is left to approve: for the low tier, and for what waits on main already. */
export async function approveCommand(
  id: string,
  options: ApproveOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const actionId = parseActionId(id)
  if (actionId === null)
    throw refusedError(`${JSON.stringify(id)} is not an id: at most 100 of a-z, 0-9, \`.\`, \`_\` and \`-\``)
  const workplace = await openWorkplace(options, adapters)
  try {
    await refuseAtForge(actionId, options, workplace)
    const approval = await Approval.open(actionId, workplace, options, adapters)
    const { subject } = approval
    if (subject.kind !== 'open') return tellNothingToApprove(actionId, subject, options, terminal)
    return await approveOpen(approval, subject, options, adapters, terminal)
  } finally {
    await workplace.repository.close()
  }
}

/** A signed merge would count for nothing there, and is refused by the protection of main. */
async function refuseAtForge(id: ActionId, options: RepoOptions, workplace: Workplace): Promise<void> {
  const { repository, branch } = workplace
  const root = await trustRootOf(options, workplace)
  if ((await repository.objects.commit(root)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
  const { adminsFrom } = await groundOf(repository, root)
  if (adminsFrom === 'forge')
    throw usageError(
      `this ops repo is approved at its forge: merge the pull request of ${id} there, with a merge commit (\`countersign status ${id}\` has its link)`,
    )
}

async function approveOpen(
  approval: Approval,
  request: OpenRequest,
  options: ApproveOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  // JSON alone goes to stdout; whoever is asked still sees what they are asked about.
  const show = (lines: readonly string[]) => {
    for (const line of lines) (options.json === true ? terminal.err : terminal.out)(line)
  }
  show(renderToApprove(request.judgement, request.asked))
  const key = await findUserKey(options.key, adapters)
  if (key.kind === 'none')
    throw usageError(`an approval is a signed merge, and there is no key to sign with: ${key.why}. ${KEY_REMEDY}`)
  const { principal, role } = approval.foresee(key)
  show(renderSigner(principal, role, key.fingerprint))
  if (options.dryRun === true) {
    show(['dry run: nothing was merged'])
    return tell({ ...viewOf(request), merge: null, dry_run: true }, options, terminal)
  }
  if (options.yes !== true && (await adapters.person.confirm(`Approve ${request.id}?`)) === 'no')
    throw refusedError('not approved: nothing was merged')
  const approved = await approval.merge(key)
  show(['', ...renderApproved(request.id, approved.merge, approval.branch, approved.judgement)])
  return tell(
    { ...viewOf(request), ...mergeView(approved), approved_by: { principal, role, key: key.fingerprint } },
    options,
    terminal,
  )
}

interface ApproveView {
  readonly id: string
  readonly tier: Tier
  readonly merge: Oid | null
  readonly state?: 'waiting'
  readonly [more: string]: unknown
}

function viewOf({ id, tier, asked, head }: OpenRequest) {
  return { id, tier, formula: asked.formula.name, head }
}

function mergeView({ merge, parents }: Approved) {
  return { merge, parents, state: 'waiting' as const }
}

function tell(view: ApproveView, { json }: ApproveOptions, terminal: Terminal): ExitCode {
  if (json === true) terminal.out(JSON.stringify(view))
  return EXIT.done
}

function tellNothingToApprove(
  id: ActionId,
  subject: Exclude<Subject, OpenRequest>,
  options: ApproveOptions,
  terminal: Terminal,
): ExitCode {
  const say = (line: string) => (options.json === true ? terminal.err(line) : terminal.out(line))
  switch (subject.kind) {
    case 'refused':
      throw refusedError(renderRefusal(subject.judgement))
    case 'unverifiable':
      throw unverifiedError(renderRefusal(subject.judgement).replace('is refused', 'cannot be judged now'))
    case 'fired':
      throw refusedError(
        `${id} was claimed on ${subject.day} (already_fired): one id is claimed once, for ever. Ask again under a new id.`,
      )
    case 'contained':
      throw refusedError(
        `vault/${id} has nothing that main lacks: it was merged, and refused or taken off main. Ask again from the current main.`,
      )
    case 'absent':
      throw refusedError(
        `there is no request ${id}: no branch vault/${id}, and nothing of that name on main. See \`countersign status\`.`,
      )
    case 'low':
      say(
        `${id} is low: there is nothing to approve, the policy alone decides (${plain(subject.judgement.verdict.reason)})`,
      )
      return tell({ id, tier: 'low', merge: null, state: 'waiting' }, options, terminal)
    case 'on_main': {
      const { judgement, waiting } = subject
      if (judgement.verdict.kind === 'refuse') throw refusedError(renderRefusal(judgement))
      say(`${id} is on main already: it waits for the dispatcher (${judgement.verdict.reason})`)
      return tell(
        { id, tier: judgement.tier, merge: waiting.merge?.commit ?? null, state: 'waiting' },
        options,
        terminal,
      )
    }
  }
}
