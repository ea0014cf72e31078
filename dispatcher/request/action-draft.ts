/** What the command line asks for, as the text of an action. It is parsed back before anybody sees it. */
import { stringify, TomlDate } from 'smol-toml'
import { authoredAs } from '../../vault/toml/dates.js'
import { usageError } from '../cli/terminal.js'

export interface ActionOptions {
  readonly context?: string | undefined
  /** Each `name=value`. */
  readonly var?: readonly string[] | undefined
  readonly secret?: readonly string[] | undefined
  readonly tool?: readonly string[] | undefined
  readonly model?: string | undefined
  readonly purpose?: string | undefined
  readonly timeoutMinutes?: number | undefined
  readonly expiresAt?: string | undefined
  readonly blastRadius?: string | undefined
  readonly dryRun?: boolean | undefined
}

/** An action without its id. */
export interface ActionDraft {
  readonly formula: string
  readonly options: ActionOptions
  readonly context: string
  readonly vars: ReadonlyMap<string, string>
  readonly expiresAt: TomlDate | null
}

/** Refuses what cannot even be written down; whether it is allowed is for the daemon's own parser and checks to say. */
export function draftAction(formula: string, options: ActionOptions): ActionDraft {
  const { context } = options
  // Asked for here and not by the parser of options: that one would say that it is missing before it says what is misspelt.
  if (context === undefined) throw usageError('say why with --context: it is recorded, and shown to whoever approves')
  return {
    formula,
    options,
    context,
    vars: readVariables(options.var ?? []),
    expiresAt: options.expiresAt === undefined ? null : readMoment(options.expiresAt),
  }
}

/** The bytes of `vault/actions/<id>.toml`. Every text is escaped by the library: quotes and line breaks stay inside it. */
export function renderAction(draft: ActionDraft, id: string): Uint8Array {
  const { options, vars, expiresAt } = draft
  const table = {
    id,
    formula: draft.formula,
    context: draft.context,
    ...(options.purpose === undefined ? {} : { purpose: options.purpose }),
    secrets: options.secret ?? [],
    ...(options.tool === undefined || options.tool.length === 0 ? {} : { tools: options.tool }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.timeoutMinutes === undefined ? {} : { timeout_minutes: options.timeoutMinutes }),
    ...(options.blastRadius === undefined ? {} : { blast_radius: options.blastRadius }),
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...(options.dryRun === true ? { dry_run: true } : {}),
    ...(vars.size === 0 ? {} : { vars: Object.fromEntries(vars) }),
  }
  return new TextEncoder().encode(stringify(table))
}

function readVariables(pairs: readonly string[]): ReadonlyMap<string, string> {
  const vars = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at <= 0) throw usageError(`--var takes name=value, not ${JSON.stringify(pair)}`)
    const name = pair.slice(0, at)
    if (vars.has(name)) throw usageError(`--var ${name}=… is given twice; which value is meant?`)
    vars.set(name, pair.slice(at + 1))
  }
  return vars
}

/** A local time would mean another moment on each machine, and 30 February another day. */
function readMoment(text: string): TomlDate {
  const date = new TomlDate(text)
  if (date.isDateTime() && !date.isLocal() && authoredAs(date, text)) return date
  throw usageError(
    `--expires-at takes a date and time with an offset, such as 2026-11-22T18:00:00Z, not ${JSON.stringify(text)}`,
  )
}
