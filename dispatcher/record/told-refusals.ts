/** Which refusals were told already. What lies in the place of one is its record only where a dispatcher that is known here signed it. */
import type { Objects } from '../../lib/git/port.js'
import { checkRefusal, refusedBlob } from '../../vault/audit/check-decision.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

export class ToldRefusals {
  constructor(
    private readonly objects: Objects,
    private readonly verifier: RecordVerifier,
  ) {}

  /** @param path of its decision, whose name holds some digits of the file alone */
  async isTold(base: Oid, path: string, file: Oid): Promise<boolean> {
    const entry = await this.objects.entry(base, path)
    if (entry?.mode !== RECORD_MODE) return false
    const read = await this.objects.blob(entry.oid, LIMITS.recordBytes)
    if (read.kind !== 'blob') return false
    const said = checkRefusal(path, read.bytes, this.verifier)
    return said.kind === 'held' && said.isKnownKey && refusedBlob(said) === file
  }
}
