/** The fields that records share. A record is read as strictly as it is written: one field, one spelling. */
import { z } from 'zod'
import { parseActionId } from '../action/id.js'
import { type Oid, parseOid } from '../oid.js'
import { REASONS, type ReasonCode } from '../reasons.js'
import { parseTimestamp } from './time.js'

const text = (accepts: (text: string) => boolean, error: string) =>
  z.custom<string>((value) => typeof value === 'string' && accepts(value), { error })

export const oidField = z.custom<Oid>((value) => typeof value === 'string' && parseOid(value) !== null, {
  error: 'not an object id',
})
export const actionIdField = text((id) => parseActionId(id) !== null, 'not an action id')
export const sha256Field = text((hex) => /^[0-9a-f]{64}$/.test(hex), 'not 64 lower-case hex digits')
export const timestampField = text((at) => parseTimestamp(at) !== null, 'not a UTC time like 2026-11-22T08:00:00.000Z')
/** Names a folder of the runner and a part of a file name, so that it holds nothing that means something in a path. */
export const tokenField = text((token) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(token), 'not a plain token')
export const fingerprintField = text((key) => /^SHA256:[A-Za-z0-9+/]{43}$/.test(key), 'not a key fingerprint')

/** The reason codes of some groups: records may only say what the closed list has (law 12). */
export const reasonField = <T extends ReasonCode>(...groups: readonly string[]) =>
  z.custom<T>(
    (code) => typeof code === 'string' && Object.hasOwn(REASONS, code) && groups.includes(groupOf(code as ReasonCode)),
    { error: `not a reason code of ${groups.join(', ')}` },
  )

const groupOf = (code: ReasonCode): string => REASONS[code].group

export const ruleField = z.strictObject({ rule: z.string(), saw: z.string(), gave: z.string() }).readonly()

/** Who wrote a record: name from the configuration, random instance id, id of the signing key. */
export const dispatcherField = z
  .strictObject({ name: z.string().min(1), instance: tokenField, key: sha256Field })
  .readonly()
export type DispatcherReference = z.infer<typeof dispatcherField>
