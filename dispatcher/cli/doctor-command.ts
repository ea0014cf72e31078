/** `countersign doctor`: is everything set up so that the laws can hold; with `--apply` the forge is set up so. */
import pc from 'picocolors'
import { plain } from '../../vault/prose/plain.js'
import type { Adapters } from '../adapters.js'
import { checkCron } from '../config/check-cron.js'
import { configPath, loadConfig } from '../config.js'
import { doctor } from '../doctor/doctor.js'
import type { Finding, Severity } from '../doctor/finding.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'

export interface DoctorOptions {
  readonly config?: string | undefined
  readonly apply?: boolean | undefined
  readonly json?: boolean | undefined
}

const COLOUR = { error: 'red', warning: 'yellow', unknown: 'magenta', note: 'dim', ok: 'green' } as const

export async function doctorCommand(options: DoctorOptions, adapters: Adapters, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(configPath(options.config, adapters.environment), adapters.environment)
  await checkCron(config)
  const isToApply = options.apply === true
  if (isToApply && config.forge === null)
    throw usageError(`--apply sets up a forge, and ${config.path} names none: the configuration is for plain git`)
  const { findings, applied } = await doctor(config, isToApply, adapters)
  const code = exitCodeOf(findings)
  if (options.json === true) {
    const told = findings.filter(({ severity }) => severity !== 'ok')
    const checked = findings.map(({ id }) => id)
    terminal.out(JSON.stringify({ ok: code === EXIT.done, findings: told, checked, applied }))
  } else for (const line of render(findings, applied, pc.createColors(terminal.hasColour))) terminal.out(line)
  return code
}

/** What is wrong goes before what could not be seen. */
function exitCodeOf(findings: readonly Finding[]): ExitCode {
  const has = (...severities: readonly Severity[]) => findings.some(({ severity }) => severities.includes(severity))
  if (has('error', 'warning')) return EXIT.refused
  return has('unknown') ? EXIT.unverified : EXIT.done
}

function render(
  findings: readonly Finding[],
  applied: readonly string[],
  colours: ReturnType<typeof pc.createColors>,
): readonly string[] {
  const lines = findings.flatMap(({ severity, id, law, what, remedy }) => [
    `${colours[COLOUR[severity]](severity.padEnd(7))} ${id}${law === null ? '' : ` (law ${law})`}: ${plain(what)}`,
    ...(severity === 'ok' || remedy === '' ? [] : [`        ${remedy}`]),
  ])
  const wrong = findings.filter(({ severity }) => severity === 'error' || severity === 'warning').length
  const unseen = findings.filter(({ severity }) => severity === 'unknown').length
  return [
    ...applied.map((what) => `applied: ${plain(what)}`),
    ...lines,
    `${wrong} to repair, ${unseen} could not be verified`,
  ]
}
