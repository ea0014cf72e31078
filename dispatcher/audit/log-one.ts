/** One fired action with all that its records say. */
import type { ActionId } from '../../vault/action/id.js'
import { parseActionId } from '../../vault/action/id.js'
import { parseAction } from '../../vault/action/parse.js'
import { intentOf, outcomeOf } from '../../vault/audit/log-line.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { renderLogStory } from '../../vault/prose/log.js'
import { REFUSED_FOLDER } from '../../vault/record/paths.js'
import { requestPath } from '../../vault/record/subject.js'
import { parseTomlFile } from '../../vault/toml/parse.js'
import { EXIT, type ExitCode, refusedError, type Terminal } from '../cli/terminal.js'
import type { Workplace } from '../cli/workplace.js'
import { withCommits } from './claim-commits.js'
import type { FiredLog, LogEntry, ReadRecords } from './fired-log.js'
import { readFolder } from './read-object.js'

interface Show {
  readonly log: FiredLog
  readonly main: Oid
  readonly now: number
  readonly json: boolean
}

export async function showOneAction(
  text: string,
  show: Show,
  workplace: Workplace,
  terminal: Terminal,
): Promise<ExitCode> {
  const { log, main, now, json } = show
  const id = parseActionId(text)
  const [first, ...others] = id === null ? [] : await findAll(id, log)
  if (first === undefined) throw refusedError(await nothingFired(text, main, workplace))
  const { line, records, action } = await withCommit(first, main, workplace)
  if (others.length > 0)
    terminal.err(
      `warning: the id lies in ${others.length + 1} day folders, also ${others.map((other) => other.line.record).join(', ')}; see \`countersign verify\``,
    )
  const actionText = action === null ? null : new TextDecoder().decode(action)
  const parsed = action === null ? null : parseAction(action, line.id)
  const context = parsed?.ok === true ? parsed.value.action.context : null
  if (json)
    terminal.out(
      JSON.stringify(
        { action: tableOf(action), ...decoded(records), action_text: actionText, ...summary(line) },
        withoutBigint,
      ),
    )
  else for (const each of renderLogStory({ line, records, actionText, context }, now)) terminal.out(each)
  return line.signature === 'bad_signature' || line.signature === 'malformed' ? EXIT.refused : EXIT.done
}

/** Oldest first: the first claim is the one that counts. */
async function findAll(id: ActionId, log: FiredLog): Promise<readonly (ReadRecords & LogEntry)[]> {
  const found: (ReadRecords & LogEntry)[] = []
  for (const day of await log.days()) {
    const one = await log.readOne(day, id)
    if (one !== null) found.push(one)
  }
  return found
}

async function withCommit(
  found: ReadRecords & LogEntry,
  main: Oid,
  { repository }: Workplace,
): Promise<ReadRecords & LogEntry> {
  for await (const entry of withCommits(repository, main, [found])) return { ...found, ...entry }
  return found
}

function decoded(records: ReadRecords['records']): object {
  return {
    intent: intentOf(records.intent),
    outcome: outcomeOf(records.outcome),
    late_outcomes: records.late.map(outcomeOf),
  }
}

function summary({ record, commit, status, signature }: LogEntry['line']): object {
  return { record, commit, status, signature }
}

/** The action as a TOML parser reads it; null where none can. */
function tableOf(action: Uint8Array | null): unknown {
  const document = action === null ? null : parseTomlFile(action, LIMITS.actionBytes)
  return document?.ok === true ? document.value.value : null
}

/** TOML has integers that JSON's numbers cannot hold. */
function withoutBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** Where else somebody may have seen the id. */
async function nothingFired(id: string, main: Oid, { repository }: Workplace): Promise<string> {
  const { objects } = repository
  if (parseActionId(id) === null) return `${JSON.stringify(id)} is not the id of an action`
  const waits = (await objects.entry(main, requestPath(id))) !== null
  if (waits) return `${id} has not fired: it waits on main; \`countersign status ${id}\` says for whom`
  for (const day of (await readFolder(objects, main, REFUSED_FOLDER)).toReversed()) {
    const folder = `${REFUSED_FOLDER}/${day.name}`
    const found = (await readFolder(objects, main, folder)).find(({ name }) => name.slice(0, -13) === id)
    if (found !== undefined) return `${id} has not fired: it was refused, see ${folder}/${found.name}`
  }
  return `${id} has not fired: there is no record of it on main`
}
