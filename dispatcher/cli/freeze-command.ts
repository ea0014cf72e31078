/** `countersign freeze --reason`: this dispatcher claims nothing from now on. It holds at once; the record of it follows. */
import type { Adapters } from '../adapters.js'
import { configPath, loadConfig } from '../config.js'
import { FreezeFile } from '../state/freeze-file.js'
import { recordSwitch } from './record-switch.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'

export interface FreezeOptions {
  readonly config?: string
  readonly reason?: string
  readonly json?: boolean
}

export async function freezeCommand(options: FreezeOptions, adapters: Adapters, terminal: Terminal): Promise<ExitCode> {
  const reason = options.reason?.trim() ?? ''
  if (reason === '') throw usageError('say why with --reason: it is recorded, and shown to whoever wants to unfreeze')
  const config = await loadConfig(configPath(options.config, adapters.environment), adapters.environment)
  const file = new FreezeFile(config.stateDir)
  const before = await file.read()
  // A main that was rewritten stays the cause: an operator's freeze on top must not make it easier to lift.
  if (before === null || before.cause === 'operator')
    await file.write({ reason, cause: 'operator', since: adapters.now() })
  const problem =
    before !== null && before.cause !== 'operator'
      ? 'main is not trusted'
      : await recordSwitch('freeze', { reason, cause: 'operator', root: null }, config, adapters)
  if (options.json === true) terminal.out(JSON.stringify({ frozen: true, reason, recorded: problem === null }))
  else
    terminal.out(
      `frozen: ${config.name} claims nothing until \`countersign unfreeze\`; outcomes of runs are still recorded`,
    )
  if (problem !== null) terminal.err(`warning: the freeze holds here, but could not be recorded on main: ${problem}`)
  return EXIT.done
}
