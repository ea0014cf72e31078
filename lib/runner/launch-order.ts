/** What a launcher reads to start a step. */
import { LIMITS } from '../../vault/limits.js'
import { shellQuoted } from '../../vault/prose/shell-word.js'
import type { Stage } from './stage.js'
import type { StageWorld } from './stage-world.js'

/** Names that mean nothing to a shell itself (as `IFS` or `UID` do). */
const PLAIN_NAME = /^(PATH|HOME|TMPDIR|LANG|(VAR|SECRET|COUNTERSIGN)_[A-Z0-9_]*)$/

/**
 * Null for a step that no launcher may start: a prompt, one with variables that a shell knows, or one that is too long.
 *
 * Everything stands in one pair of brackets: if the supervisor dies while it writes, half an order is a syntax error and
 * nothing of it runs.
 */
export function launchOrder(stage: Stage, world: StageWorld): string | null {
  const names = Object.keys(world.environment)
  if (stage.prompt !== null || !names.every((name) => PLAIN_NAME.test(name))) return null
  const variables = names.map((name) => `${name}=${shellQuoted(world.environment[name] ?? '')}`).join(' ')
  const command = stage.argv.map(shellQuoted).join(' ')
  const start = `exec ${command} >${shellQuoted(world.output.name)} 2>&1 3>&-`
  // `cd` exports where it was and is; the run is to see what it is given, and that is not.
  const order = `(cd ${shellQuoted(world.layout.work)} && unset PWD OLDPWD && export ${variables} && ${start}); echo "$?" >&3\n`
  return order.includes('\0') || Buffer.byteLength(order) > LIMITS.launchOrderBytes ? null : order
}
