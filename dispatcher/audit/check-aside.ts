/**
 * Checks a record while other cores check its signature, which takes longer than all else that is done with one. What was
 * found on the way counts only if every signature that was asked about holds; else it is checked anew, one after the other.
 */
import type { RecordVerifier } from '../../vault/record/verifier.js'

/** @param check goes by the verifier that it is given, and by nothing else that changes */
export async function checkAside<Result>(
  verifier: RecordVerifier,
  check: (verifier: RecordVerifier) => Result,
): Promise<Result> {
  const { verifyAside } = verifier
  if (verifyAside === undefined) return check(verifier)
  const asked: Promise<boolean>[] = []
  const result = check({
    knows: (keyId) => verifier.knows(keyId),
    verify: (keyId, bytes, signature) => {
      asked.push(verifyAside(keyId, bytes, signature))
      return true
    },
  })
  const held = await Promise.all(asked)
  return held.every((isGood) => isGood) ? result : check(verifier)
}
