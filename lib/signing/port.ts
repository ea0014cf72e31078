/** The dispatcher's own key: signs records. Adapters: `dispatcher-key.ts`, `record-verifier.ts` (Ed25519, node:crypto). */
import type { StatementSigner } from '../../vault/record/verifier.js'

export type { RecordVerifier } from '../../vault/record/verifier.js'

export interface RecordSigner extends StatementSigner {
  /** `ed25519:<base64 of the 32 raw bytes>`: how a key is written in configurations and on command lines. */
  readonly publicKey: string
}
