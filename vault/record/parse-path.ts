/** What a path below the record folders is, by its name alone. */
import { type ActionId, parseActionId } from '../action/id.js'
import { LEDGER_EVENTS, type LedgerEvent } from './decision.js'
import {
  ACTION_FILE,
  DECISION_FILE,
  FIRED_FOLDER,
  INTENT_FILE,
  LEDGER_FOLDER,
  OUTCOME_FILE,
  REFUSED_FOLDER,
} from './paths.js'
import { isDay } from './time.js'

/** `other`: below a record folder, but nothing that a dispatcher writes. */
export type RecordPath =
  | { readonly kind: 'fired_action' | 'intent' | 'outcome'; readonly day: string; readonly id: ActionId }
  | { readonly kind: 'late_outcome'; readonly day: string; readonly id: ActionId; readonly instance: string }
  | RefusedPath
  | {
      readonly kind: 'event'
      readonly day: string
      readonly time: string
      readonly event: LedgerEvent
      readonly digest: string
    }
  | { readonly kind: 'other' }

interface RefusedPath {
  readonly kind: 'refused_action' | 'refused_decision'
  readonly day: string
  /** Null: the refused file's stem was not an id. */
  readonly id: ActionId | null
  /** The first digits of the refused blob. */
  readonly blob: string
}

const OTHER: RecordPath = { kind: 'other' }
const LATE = /^outcome-([A-Za-z0-9][A-Za-z0-9_-]{0,127})\.json$/
const REFUSED = /^(.+)-([0-9a-f]{12})$/
const UNNAMED = /^_[0-9a-f]{12}$/
const EVENT = /^([0-9]{9})-([a-z]+)-([0-9a-f]{12})\.json$/

/** Null: not below a record folder. */
export function parseRecordPath(path: string): RecordPath | null {
  for (const [folder, parse] of PARSERS) {
    if (path === folder) return OTHER
    if (path.startsWith(`${folder}/`)) return parse(path.slice(folder.length + 1).split('/')) ?? OTHER
  }
  return null
}

type Parse = (parts: readonly string[]) => RecordPath | null

const parseFired: Parse = ([day = '', name = '', file = '', ...deeper]) => {
  const id = parseActionId(name)
  if (!isDay(day) || id === null || deeper.length > 0) return null
  if (file === ACTION_FILE) return { kind: 'fired_action', day, id }
  if (file === INTENT_FILE) return { kind: 'intent', day, id }
  if (file === OUTCOME_FILE) return { kind: 'outcome', day, id }
  const instance = LATE.exec(file)?.[1]
  return instance === undefined ? null : { kind: 'late_outcome', day, id, instance }
}

const parseRefused: Parse = ([day = '', folder = '', file = '', ...deeper]) => {
  const [, name = '', blob = ''] = REFUSED.exec(folder) ?? []
  const id = parseActionId(name)
  if (!isDay(day) || (id === null && !UNNAMED.test(name)) || deeper.length > 0) return null
  if (file === ACTION_FILE) return { kind: 'refused_action', day, id, blob }
  return file === DECISION_FILE ? { kind: 'refused_decision', day, id, blob } : null
}

const parseEvent: Parse = ([day = '', file = '', ...deeper]) => {
  const [, time = '', name = '', digest = ''] = EVENT.exec(file) ?? []
  const event = LEDGER_EVENTS.find((known) => known === name)
  if (!isDay(day) || event === undefined || deeper.length > 0) return null
  return { kind: 'event', day, time, event, digest }
}

const PARSERS: readonly (readonly [folder: string, parse: Parse])[] = [
  [FIRED_FOLDER, parseFired],
  [REFUSED_FOLDER, parseRefused],
  [LEDGER_FOLDER, parseEvent],
]
