/** `--wait`: from following a request to its last word. */

import { parseAction } from '../../vault/action/parse.js'
import type { Oid } from '../../vault/oid.js'
import { plain } from '../../vault/prose/plain.js'
import { renderRequest } from '../../vault/prose/request-report.js'
import { REASONS } from '../../vault/reasons.js'
import { requestPath } from '../../vault/record/subject.js'
import { dayOf } from '../../vault/record/time.js'
import type { PullReference } from '../../vault/verdict/verdict.js'
import { EXIT, type ExitCode, type Terminal } from '../cli/terminal.js'
import type { Asked } from './ask.js'
import type { Desk } from './desk.js'
import { type Ending, type Followed, follow, type Progress } from './follow.js'
import { PullWatch } from './pull-watch.js'
import { readRefusals } from './refusals.js'
import { type RequestView, viewOfJudgement, withPull } from './view.js'

interface Telling {
  readonly json: boolean
  readonly terminal: Terminal
}

const DAY_MS = 86_400_000

export async function waitFor(
  desk: Desk,
  asked: Exclude<Asked, { kind: 'refused' }>,
  pull: PullReference | null,
  deadline: number,
  telling: Telling,
): Promise<ExitCode> {
  const isNew = asked.kind === 'requested'
  const before = withPull(isNew ? viewOfJudgement(asked.judgement, asked.head) : asked.state.view, pull)
  const { terminal } = telling
  const tell = (progress: Progress) => {
    if (terminal.isInteractive) terminal.err(progressLine(asked.id, progress))
  }
  if (before.state === 'fired' || before.state === 'refused') return finish(before, isNew, telling)
  if (terminal.isInteractive)
    for (const line of renderRequest(before, isNew ? asked.judgement : asked.state.judgement, isNew)) terminal.err(line)
  const ending = await follow(
    desk,
    { ...(await followed(desk, asked, before.commit)), pull: pullWatch(desk, pull) },
    deadline,
    tell,
  )
  if (ending.kind === 'timeout') terminal.err(gaveUp(asked.id))
  return finish(viewOfEnding(before, ending), isNew, telling)
}

function pullWatch({ asker, adapters }: Desk, pull: PullReference | null): PullWatch | null {
  return asker === null || pull === null ? null : new PullWatch(asker.forge, pull.number, adapters.now)
}

async function followed(
  desk: Desk,
  asked: Exclude<Asked, { kind: 'refused' }>,
  head: Oid | null,
): Promise<Omit<Followed, 'pull'>> {
  const { id, bytes } = asked
  const { ground } = desk
  const { objects } = ground.repository
  const path = requestPath(id)
  const entry = (head === null ? null : await objects.entry(head, path)) ?? (await objects.entry(ground.main, path))
  const parsed = parseAction(bytes, id)
  // A dispatcher's clock may be behind ours.
  const sinceDay = asked.kind === 'requested' ? dayOf(desk.adapters.now() - 2 * DAY_MS) : null
  const refusals = entry === null ? [] : await readRefusals(ground, id, entry.oid, sinceDay ?? '')
  return {
    id,
    bytes,
    blob: entry?.oid ?? null,
    expiresAtMs: parsed.ok ? parsed.value.action.expiresAtMs : null,
    sinceDay,
    refusedBefore: new Set(refusals.map(({ decision }) => decision)),
  }
}

function viewOfEnding(before: RequestView, ending: Ending): RequestView {
  const { id, tier, branch, commit, pull } = before
  const common = { id, tier, branch, commit, ...(pull === undefined ? {} : { pull }) }
  switch (ending.kind) {
    case 'fired':
      return { ...common, state: 'fired', status: ending.status, record: ending.record }
    case 'refused': {
      const { reason, detail, record } = ending
      return {
        ...common,
        state: 'refused',
        reason,
        ...(detail === null ? {} : { detail }),
        ...(record === null ? {} : { record }),
      }
    }
    case 'replaced':
      return { ...common, state: 'refused', ...REPLACED[ending.by] }
    case 'withdrawn':
      return { ...common, state: 'refused', detail: 'the branch was deleted: somebody stopped the request' }
    case 'closed':
      return { ...common, state: 'refused', detail: 'its pull request was closed: somebody stopped the request' }
    case 'timeout': {
      const { last } = ending
      if (last.kind === 'running') return { ...common, state: 'running', record: last.record }
      return { ...common, state: 'waiting', ...(last.reason === null ? {} : { reason: last.reason }) }
    }
  }
}

/** What became of the other one is not told: it would be taken for ours. */
const REPLACED = {
  fired: { reason: 'already_fired', detail: 'another action was claimed under this id' },
  on_main: { reason: 'id_waiting_on_main', detail: 'another action waits on main under this id' },
  branch: { detail: 'its branch holds another action now' },
} as const

/** 0 succeeded, 1 refused or failed, 3 still waiting. */
function finish(view: RequestView, isNew: boolean, { json, terminal }: Telling): ExitCode {
  if (json) terminal.out(JSON.stringify(view))
  else for (const line of renderRequest(view, null, isNew)) terminal.out(line)
  if (view.state === 'waiting' || view.state === 'running') return EXIT.unverified
  return view.status === 'succeeded' ? EXIT.done : EXIT.refused
}

/** That it only ended to wait must not pass for an end of the request. */
function gaveUp(id: string): string {
  return `gave up waiting, as --timeout says; the request stands. Look again with \`countersign status ${id}\``
}

function progressLine(id: string, progress: Progress): string {
  if (progress.kind === 'running') return `${id}: claimed, running (${progress.record})`
  if (progress.reason === null) return `${id}: waits on main for the dispatcher`
  return `${id}: ${plain(REASONS[progress.reason].meaning)}`
}
