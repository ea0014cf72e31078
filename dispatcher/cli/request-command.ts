/** `countersign request <formula>`: validates, classifies, signs and pushes a request; with `--wait` follows it to its end. */
import { problemLine } from '../../vault/prose/problem-line.js'
import { renderRequest, renderRequestRefused, renderUnknownRequester } from '../../vault/prose/request-report.js'
import { requestPath } from '../../vault/record/subject.js'
import type { PullReference } from '../../vault/verdict/verdict.js'
import type { Adapters } from '../adapters.js'
import { type ActionOptions, draftAction, renderAction } from '../request/action-draft.js'
import { type Asked, ask } from '../request/ask.js'
import { defaultId } from '../request/default-id.js'
import { Desk } from '../request/desk.js'
import { namingPull, openPull } from '../request/open-pull.js'
import { type RequestView, viewOfJudgement, withPull } from '../request/view.js'
import { waitFor } from '../request/wait-for.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'
import { type FoundKey, findUserKey, KEY_REMEDY } from './user-key.js'
import { openWorkplace, type RepoOptions } from './workplace.js'

export interface RequestOptions extends RepoOptions, ActionOptions {
  readonly id?: string | undefined
  /** A key file; default: the `user.signingkey` of the requester's git. */
  readonly key?: string | undefined
  readonly wait?: boolean | undefined
  /** Seconds to wait at most. */
  readonly timeout?: number | undefined
  readonly json?: boolean | undefined
}

const DEFAULT_TIMEOUT_S = 3_600
/** Made-up ids that are tried: thousands of agents may ask in one second. */
const MADE_UP_IDS = 5

export async function requestCommand(
  formula: string,
  options: RequestOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.timeout !== undefined && options.wait !== true)
    throw usageError('--timeout says how long --wait waits; ask with --wait as well, or leave it out')
  // What a script makes of a variable that is not set.
  if (options.id === '') throw usageError('--id is empty; name one, or leave it out to have one made')
  const draft = draftAction(formula, options)
  const timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT_S) * 1_000
  const key = await findUserKey(options.key, adapters)
  const workplace = await openWorkplace(options, adapters)
  try {
    const desk = await Desk.open(workplace, options, adapters)
    const madeUp = () =>
      Array.from({ length: MADE_UP_IDS }, () => defaultId(formula, adapters.now(), adapters.newNonce()))
    const ids = options.id === undefined ? madeUp() : [options.id]
    const made = await ask(desk, {
      render: (id) => renderAction(draft, id),
      ids,
      isIdNamed: options.id !== undefined,
      key,
    })
    if (made.kind === 'refused') return tellRefused(made, key, options, terminal)
    const pull = await openPull(desk, made)
    const asked = pull === null ? made : namingPull(made, pull)
    if (asked.kind === 'requested' && key.kind === 'none' && desk.asker === null)
      terminal.err(`note: ${key.why}; the request is not signed, which is enough for the low tier`)
    if (options.wait === true)
      return await waitFor(desk, asked, pull, adapters.now() + timeoutMs, { json: options.json === true, terminal })
    return tellAsked(asked, pull, options, terminal)
  } finally {
    await workplace.repository.close()
  }
}

function tellAsked(
  asked: Exclude<Asked, { kind: 'refused' }>,
  pull: PullReference | null,
  { json }: RequestOptions,
  terminal: Terminal,
): ExitCode {
  const isNew = asked.kind === 'requested'
  const judgement = isNew ? asked.judgement : asked.state.judgement
  const view = withPull(isNew ? viewOfJudgement(asked.judgement, asked.head) : asked.state.view, pull)
  if (json === true) terminal.out(JSON.stringify(view))
  else for (const line of renderRequest(view, judgement, isNew)) terminal.out(line)
  return view.state === 'refused' ? EXIT.refused : EXIT.done
}

function tellRefused(
  { judgement }: Extract<Asked, { kind: 'refused' }>,
  key: FoundKey,
  { json }: RequestOptions,
  terminal: Terminal,
): ExitCode {
  const view = viewOfJudgement(judgement, null)
  if (json === true) terminal.out(JSON.stringify(view))
  for (const line of refusalLines(view, key)) terminal.err(line)
  return EXIT.refused
}

function refusalLines(view: RequestView, key: FoundKey): string[] {
  const { id, tier, reason, problems } = view
  if (problems !== undefined) return problems.map((problem) => problemLine(requestPath(id), problem))
  if (reason === 'requester_unknown') return [...renderUnknownRequester(id, tier, key), `  ${KEY_REMEDY}`]
  return renderRequestRefused(id, reason ?? 'git_failed', view.detail)
}
