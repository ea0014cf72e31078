import { checkDocument } from '../format/check-document.js'
import type { Check, Format } from '../format/format.js'
import { showPath, valueAt } from '../format/key-path.js'
import { stringAt, tablesIn } from '../format/raw.js'
import { repeated } from '../format/repeated.js'
import { LIMITS } from '../limits.js'
import type { Parsed } from '../problem.js'
import type { KeyPath, Locate } from '../toml/document.js'
import { parseTomlFile } from '../toml/parse.js'
import type { Policy } from './policy.js'
import { type PolicyFile, policySchema } from './schema.js'
import { windowMs } from './window-duration.js'

/** A policy, and where in its file each key stands: what does not fit the formulas or signers is told by line and column. */
export interface LocatedPolicy {
  readonly policy: Policy
  readonly locate: Locate
}

export function parsePolicy(bytes: Uint8Array): Parsed<LocatedPolicy> {
  const document = parseTomlFile(bytes, LIMITS.trustFileBytes)
  if (!document.ok) return document
  const file = checkDocument(document.value, POLICY_FORMAT)
  if (!file.ok) return file
  return { ok: true, value: { policy: policyOf(file.value), locate: document.value.locate } }
}

/** A repeat could only disagree with the first mention: of two ids for one login, which is meant? */
const accountsOnce =
  (path: KeyPath): Check =>
  (root) => {
    const accounts = tablesIn(root, path)
    const logins = accounts.flatMap((account) =>
      textAt(stringAt(root, [...account.path, 'login']), account.path, 'login'),
    )
    const ids = accounts.flatMap((account) => textAt(valueAt(root, [...account.path, 'id']), account.path, 'id'))
    const where = `\`${showPath(path)}\``
    return [...repeated(logins, where), ...repeated(ids, where)]
  }

const textAt = (value: unknown, path: KeyPath, key: string): readonly { path: KeyPath; text: string }[] =>
  typeof value === 'string' || typeof value === 'number' ? [{ path: [...path, key], text: `${value}` }] : []

const POLICY_FORMAT: Format<PolicyFile> = {
  name: 'a policy',
  schema: policySchema,
  refusedKeys: new Map(),
  checks: [accountsOnce(['approval', 'never']), accountsOnce(['approval', 'high', 'admins'])],
}

function policyOf(file: PolicyFile): Policy {
  const { never = [], medium = {}, high = {} } = file.approval ?? {}
  return {
    writeEnabled: file.write.enabled,
    tiers: new Map(Object.entries(file.tiers ?? {})),
    never,
    medium: {
      reviewedBy: medium.reviewed_by ?? 'write',
      allowSelf: medium.allow_self ?? false,
      reviewWindowMs: medium.review_window === undefined ? null : windowMs(medium.review_window),
    },
    high: { mergedBy: 'admin', admins: high.admins ?? null, allowSelf: high.allow_self ?? false },
    signers: new Map(Object.entries(file.signers ?? {})),
  }
}
