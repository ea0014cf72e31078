import { checkDocument } from '../format/check-document.js'
import type { Check, Format, RefusedKey } from '../format/format.js'
import { hasItems, stringAt } from '../format/raw.js'
import { noRepeats } from '../format/repeated.js'
import { LIMITS } from '../limits.js'
import type { Parsed } from '../problem.js'
import { quoted } from '../text/printable.js'
import type { Locate } from '../toml/document.js'
import { parseTomlFile } from '../toml/parse.js'
import type { Action } from './action.js'
import type { ActionId } from './id.js'
import { type ActionFile, actionSchema } from './schema.js'

/** An action, and where in its file each key stands: what a formula refuses is told by line and column. */
export interface LocatedAction {
  readonly action: Action
  readonly locate: Locate
}

/** `expectedId`: the file's stem. */
export function parseAction(bytes: Uint8Array, expectedId: string): Parsed<LocatedAction> {
  const document = parseTomlFile(bytes, LIMITS.actionBytes)
  if (!document.ok) return document
  const file = checkDocument(document.value, formatOf(expectedId))
  if (!file.ok) return file
  return { ok: true, value: { action: actionOf(file.value), locate: document.value.locate } }
}

const REFUSED_KEYS: ReadonlyMap<string, RefusedKey> = new Map([
  [
    'dispatch_mode',
    {
      code: 'dispatch_mode_forbidden',
      words: 'is refused: no action can choose how it is dispatched, or skip its gate. Remove it; the policy decides.',
    },
  ],
  [
    'idempotency_key',
    {
      code: 'not_supported',
      words: 'is not supported: one `id` is claimed once, for ever, and is the key. Remove it.',
    },
  ],
])

const noMounts: Check = (root) =>
  hasItems(root, ['mounts'])
    ? [{ path: ['mounts'], code: 'not_supported', message: '`mounts` is not supported by this version. Remove it.' }]
    : []

const idIsFileName =
  (expectedId: string): Check =>
  (root) => {
    const id = stringAt(root, ['id'])
    if (id === null || id === expectedId) return []
    const message = `\`id\` is ${quoted(id)}, but the file is named ${quoted(`${expectedId}.toml`)}. Make them equal.`
    return [{ path: ['id'], code: 'id_not_file_name', message }]
  }

const LISTS: readonly Check[] = ['secrets', 'mounts', 'tools'].map((key) => noRepeats([key]))

const formatOf = (expectedId: string): Format<ActionFile> => ({
  name: 'an action',
  schema: actionSchema,
  refusedKeys: REFUSED_KEYS,
  checks: [idIsFileName(expectedId), noMounts, ...LISTS],
})

function actionOf(file: ActionFile): Action {
  return {
    // The schema asked `parseActionId`.
    id: file.id as ActionId,
    formula: file.formula,
    context: file.context,
    secrets: file.secrets,
    mounts: file.mounts ?? [],
    tools: file.tools ?? [],
    model: file.model ?? null,
    timeoutMinutes: file.timeout_minutes ?? null,
    blastRadius: file.blast_radius ?? null,
    vars: new Map(Object.entries(file.vars ?? {})),
    expiresAtMs: file.expires_at?.getTime() ?? null,
    dryRun: file.dry_run ?? false,
    purpose: file.purpose ?? null,
  }
}
