/** Where records lie in an ops repo: the one place that knows. `parse-path.ts` reads these names back. */
import { type ActionId, parseActionId } from '../action/id.js'
import { sha256Hex } from '../digest.js'
import type { Oid } from '../oid.js'
import type { LedgerEvent } from './decision.js'
import { dayOf, timeOfDay } from './time.js'

export const FIRED_FOLDER = 'vault/fired'
export const REFUSED_FOLDER = 'vault/refused'
export const LEDGER_FOLDER = 'vault/ledger'

export const ACTION_FILE = 'action.toml'
export const INTENT_FILE = 'intent.json'
export const OUTCOME_FILE = 'outcome.json'
export const DECISION_FILE = 'decision.json'

/** Digits of a digest that are enough to keep two names apart. */
const SHORT_DIGITS = 12

export function firedFolder(day: string, id: ActionId): string {
  return `${FIRED_FOLDER}/${day}/${id}`
}

export function actionPath(day: string, id: ActionId): string {
  return `${firedFolder(day, id)}/${ACTION_FILE}`
}

export function intentPath(day: string, id: ActionId): string {
  return `${firedFolder(day, id)}/${INTENT_FILE}`
}

export function outcomePath(day: string, id: ActionId): string {
  return `${firedFolder(day, id)}/${OUTCOME_FILE}`
}

/** What an instance reports after another one called its claim indeterminate: beside the first outcome, never over it. */
export function lateOutcomePath(day: string, id: ActionId, instance: string): string {
  return `${firedFolder(day, id)}/outcome-${instance}.json`
}

/**
 * The stem of a refused file may be anything that git takes as a name (an escape sequence, 4 KiB, `..`). What is no id
 * is named by its digest, after an underscore, with which no id begins.
 */
export function refusedFolder(day: string, stem: string, blob: Oid): string {
  const name = parseActionId(stem) ?? `_${sha256Hex(new TextEncoder().encode(stem)).slice(0, SHORT_DIGITS)}`
  return `${REFUSED_FOLDER}/${day}/${name}-${blob.slice(0, SHORT_DIGITS)}`
}

export function refusedActionPath(day: string, stem: string, blob: Oid): string {
  return `${refusedFolder(day, stem, blob)}/${ACTION_FILE}`
}

export function decisionPath(day: string, stem: string, blob: Oid): string {
  return `${refusedFolder(day, stem, blob)}/${DECISION_FILE}`
}

/** `recordSha256`: of the sealed record, so that two events of one millisecond do not share a file. */
export function eventPath(atMs: number, event: LedgerEvent, recordSha256: string): string {
  return `${LEDGER_FOLDER}/${dayOf(atMs)}/${timeOfDay(atMs)}-${event}-${recordSha256.slice(0, SHORT_DIGITS)}.json`
}
