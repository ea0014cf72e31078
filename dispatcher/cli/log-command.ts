/** `countersign log [id]`: what fired; for one id, its records decoded. Shows what the records say; `verify` judges whether it holds. */
import { MissingObject } from '../../lib/git/missing-object.js'
import { LOG_HEADINGS, renderLogRow } from '../../vault/prose/log.js'
import type { Adapters } from '../adapters.js'
import { withCommits } from '../audit/claim-commits.js'
import { FiredLog } from '../audit/fired-log.js'
import { checkFilter, type LogFilter, lastEntries } from '../audit/log-filter.js'
import { showOneAction } from '../audit/log-one.js'
import { pinnedKeys } from '../audit/pinned-keys.js'
import { readMain } from '../audit/read-main.js'
import { renderTable } from '../audit/table.js'
import { EXIT, type ExitCode, type Terminal, unverifiedError, usageError } from './terminal.js'
import { openWorkplace, type RepoOptions, type Workplace } from './workplace.js'

export interface LogOptions extends RepoOptions, LogFilter {
  /** Only the last ones. Text shows a screenful or two where nothing is said; JSON shows all. */
  readonly limit?: number | undefined
  /** Public keys of dispatchers, to say whether signatures hold. */
  readonly key?: readonly string[] | undefined
  readonly json?: boolean | undefined
}

const TEXT_LIMIT = 100

export async function logCommand(
  id: string | undefined,
  options: LogOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  if (id === undefined) checkFilter(options)
  else refuseFilter(options)
  const workplace = await openWorkplace(options, adapters)
  try {
    const pinned = await pinnedKeys(options.key ?? [], workplace.config, adapters)
    const main = await readMain(workplace)
    const log = new FiredLog(workplace.repository.objects, main, pinned)
    const show = { log, main, now: adapters.now(), json: options.json === true }
    if (id !== undefined) return await showOneAction(id, show, workplace, terminal)
    if (show.json) return await printLines(show, options, workplace, terminal)
    return await printTable(show, options, workplace, terminal)
  } catch (error) {
    if (error instanceof MissingObject) throw unverifiedError(`the records cannot be read: ${error.message}`)
    throw error
  } finally {
    await workplace.repository.close()
  }
}

/** One action shows whole: a filter that was ignored would pass for one that fits. */
function refuseFilter({ tier, formula, day, since, limit }: LogOptions): void {
  const given = Object.entries({ tier, formula, day, since, limit }).find(([, value]) => value !== undefined)
  if (given !== undefined)
    throw usageError(`--${given[0]} chooses among all that fired; leave it out to see one action, or leave out the id`)
}

interface Show {
  readonly log: FiredLog
  readonly main: Parameters<typeof withCommits>[1]
  readonly now: number
}

async function printLines(
  { log, main }: Show,
  options: LogOptions,
  { repository }: Workplace,
  terminal: Terminal,
): Promise<ExitCode> {
  const entries = await lastEntries(log, options, options.limit ?? Number.POSITIVE_INFINITY)
  for await (const { line } of withCommits(repository, main, entries)) terminal.out(JSON.stringify(line))
  return EXIT.done
}

async function printTable(
  { log, main, now }: Show,
  options: LogOptions,
  { repository }: Workplace,
  terminal: Terminal,
): Promise<ExitCode> {
  const limit = options.limit ?? TEXT_LIMIT
  // One more than is shown, to know whether there is more.
  const entries = await lastEntries(log, options, limit + 1)
  const rows: string[][] = []
  for await (const { line } of withCommits(repository, main, entries.slice(-limit))) rows.push(renderLogRow(line, now))
  if (rows.length === 0) terminal.out('nothing fired that fits')
  else for (const line of renderTable(LOG_HEADINGS, rows)) terminal.out(line)
  if (entries.length > limit) terminal.err(`these are the last ${limit}; --limit shows more`)
  return EXIT.done
}
