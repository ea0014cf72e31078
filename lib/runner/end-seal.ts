/**
 * What an end that lies on the disk is believed by. A run can write wherever its user can, into its own end as well; and one
 * that then kills its supervisor would have said itself how it ended. The key is known to daemon and supervisor alone: it
 * lies in no file, and never gets into the environment or the arguments of a process.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** No record begins like this: a signature over it is none of a record. */
const DOMAIN = 'urn:countersign:run-ends:1\n'
const SEAL = /^[0-9a-f]{64}$/

/**
 * From the key that signs records: the same after each start, and who could make it could sign what he likes anyway.
 * @param sign Ed25519, which signs the same bytes alike each time
 */
export function endKeyOf(sign: (bytes: Uint8Array) => Uint8Array): string {
  return createHash('sha256')
    .update(sign(Buffer.from(DOMAIN)))
    .digest('hex')
}

/** A line of its own below the end. Of this run: an end of another one is none. */
export function seal(line: string, nonce: string, endKey: string): string {
  return `${line}\n${sealOf(line, nonce, endKey)}\n`
}

/** The line above the seal; null where it is not ours, or not whole. */
export function unseal(text: string, nonce: string, endKey: string): string | null {
  const [line = '', found = '', ...more] = text.split('\n')
  if (!SEAL.test(found) || more.join('\n') !== '') return null
  return timingSafeEqual(Buffer.from(found), Buffer.from(sealOf(line, nonce, endKey))) ? line : null
}

function sealOf(line: string, nonce: string, endKey: string): string {
  return createHmac('sha256', endKey).update(`${nonce}\n${line}`).digest('hex')
}
