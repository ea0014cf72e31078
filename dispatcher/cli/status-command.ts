/** `countersign status [id]`: the trust set in force, frozen or not, and what waits on whom. */
import type { Oid } from '../../vault/oid.js'
import type { Freeze, Snapshot } from '../../vault/plan/snapshot.js'
import { timestampOf } from '../../vault/record/time.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { didYouMean } from '../../vault/text/closest.js'
import type { Adapters } from '../adapters.js'
import { pinnedKeys } from '../audit/pinned-keys.js'
import { FreezeFile } from '../state/freeze-file.js'
import { ViewFile } from '../state/view.js'
import { type ActionStatus, actionStatuses } from './action-status.js'
import { endedAction } from './ended-action.js'
import { renderStatus, renderStatusOf } from './render-status.js'
import { EXIT, type ExitCode, refusedError, type Terminal } from './terminal.js'
import { trustRootOf } from './trusted-main.js'
import { look, openWorkplace, type RepoOptions, type Workplace } from './workplace.js'

export interface StatusOptions extends RepoOptions {
  readonly json?: boolean
  readonly watch?: boolean
}

const WATCH_MS = 2_000
/** Clears a terminal and goes to its first line. */
const CLEAR = '\u001b[2J\u001b[H'

export async function statusCommand(
  id: string | undefined,
  options: StatusOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const workplace = await openWorkplace(options, adapters)
  try {
    const root = await trustRootOf(options, workplace)
    const lines = () => statusLines(id, options, workplace, root, adapters)
    if (options.watch === true) return await watch(lines, adapters, terminal)
    for (const line of await lines()) terminal.out(line)
    return EXIT.done
  } finally {
    await workplace.repository.close()
  }
}

/** Says it again whenever it has changed, until the process is told to stop or nobody reads it any more. */
async function watch(
  lines: () => Promise<readonly string[]>,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  for (let shown = ''; terminal.isHeard(); await adapters.sleep(WATCH_MS)) {
    const now = (await lines()).join('\n')
    if (now !== shown) terminal.out(terminal.isInteractive ? `${CLEAR}${now}` : now)
    shown = now
  }
  return EXIT.done
}

async function statusLines(
  id: string | undefined,
  options: StatusOptions,
  workplace: Workplace,
  root: Oid,
  adapters: Adapters,
): Promise<readonly string[]> {
  const { snapshot, freeze } = await see(workplace, root, adapters)
  const actions = actionStatuses(snapshot)
  if (id !== undefined) {
    const { verifier } = await pinnedKeys([], workplace.config, adapters)
    return showOne(id, actions, snapshot, workplace, verifier, options)
  }
  const status = statusOf(snapshot, freeze, actions)
  return options.json === true ? [JSON.stringify(status)] : renderStatus(status, snapshot)
}

function statusOf({ trust, unknownKeys }: Snapshot, freeze: Freeze | null, actions: readonly ActionStatus[]) {
  return {
    trust_set: {
      commit: trust.inForce.commit,
      ok: trust.broken === null && trust.offending === null,
      ...(trust.offending === null
        ? {}
        : { offending: trust.offending.commit, reason: trust.offending.reason, detail: trust.offending.detail }),
      ...(trust.broken === null ? {} : { broken: trust.broken.commit, files: trust.broken.files }),
      root: trust.root,
    },
    frozen: freeze !== null,
    ...(freeze === null
      ? {}
      : { freeze: { reason: freeze.reason, cause: freeze.cause, since: timestampOf(freeze.since) } }),
    write_enabled: trust.inForce.set.policy.writeEnabled,
    ...(unknownKeys.length === 0 ? {} : { unknown_keys: unknownKeys }),
    actions: actions.map(({ judgement: _judgement, ...action }) => action),
  }
}

async function showOne(
  id: string,
  actions: readonly ActionStatus[],
  snapshot: Snapshot,
  workplace: Workplace,
  verifier: RecordVerifier,
  options: StatusOptions,
): Promise<readonly string[]> {
  const open = actions.filter((action) => action.id === id)
  const found =
    open.find((action) => action.state !== 'refused') ??
    (await endedAction(id, workplace.repository, snapshot, verifier)) ??
    open[0]
  if (found === undefined) {
    const meant = didYouMean(
      id,
      actions.map((action) => action.id),
    )
    throw refusedError(
      `there is no action ${JSON.stringify(id)}: no branch vault/${id}, nothing on main, and no record${meant}`,
    )
  }
  const { judgement, ...shown } = found
  return options.json === true ? [JSON.stringify(shown)] : renderStatusOf(found)
}

/** The dispatcher's own switch and memory count where its configuration is at hand. */
async function see(
  workplace: Workplace,
  root: Oid,
  adapters: Adapters,
): Promise<{ snapshot: Snapshot; freeze: Freeze | null }> {
  const snapshot = await look(workplace, root, adapters)
  if (workplace.config === null) return { snapshot, freeze: snapshot.freeze }
  const { stateDir } = workplace.config
  const [own, view] = [await new FreezeFile(stateDir).read(), await new ViewFile(stateDir).read()]
  const freeze = own ?? snapshot.freeze
  const unknownKeys = [...new Set([...snapshot.unknownKeys, ...(view?.unknownKeys ?? [])])]
  return { snapshot: { ...snapshot, freeze, unknownKeys }, freeze }
}
