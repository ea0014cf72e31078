/** What is kept of review windows, under our own signature: a file that somebody wrote into starts no window and ends none. */
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import { type WindowState, windowStateSchema } from '../../vault/forge/window-state.js'
import { canonicalJson } from '../../vault/record/canonical-json.js'
import type { RecordVerifier, StatementSigner } from '../../vault/record/verifier.js'

const fileSchema = z.strictObject({
  windows: z.array(windowStateSchema),
  key: z.string(),
  /** Base64. */
  signature: z.string(),
})

/** Its name in the state folder. */
const WINDOWS_FILE = 'windows.json'
/** Signed before the content, so that no other signature of this key could be taken for one of these. */
const DOMAIN = 'urn:countersign:windows:1\n'

export class WindowsFile {
  readonly #path: string
  #windows: readonly WindowState[] | null = null

  constructor(
    stateFolder: string,
    private readonly signer: StatementSigner,
    private readonly verifier: RecordVerifier,
    private readonly files: StateFiles,
  ) {
    this.#path = join(stateFolder, WINDOWS_FILE)
  }

  /** None where the signature is not ours: then each window begins anew, which is late and never early. */
  async read(): Promise<readonly WindowState[]> {
    this.#windows ??= await this.#load()
    return this.#windows
  }

  async write(windows: readonly WindowState[]): Promise<void> {
    const signature = Buffer.from(this.signer.sign(signed(windows))).toString('base64')
    await writeJsonFile(this.#path, { windows, key: this.signer.keyId, signature }, this.files)
    this.#windows = windows
  }

  async #load(): Promise<readonly WindowState[]> {
    const stored = await readJsonFile(this.#path, fileSchema, this.files)
    if (stored === null || stored.key !== this.signer.keyId) return []
    const isOurs = this.verifier.verify(stored.key, signed(stored.windows), Buffer.from(stored.signature, 'base64'))
    return isOurs ? stored.windows : []
  }
}

function signed(windows: readonly WindowState[]): Uint8Array {
  return Buffer.concat([Buffer.from(DOMAIN), canonicalJson(windows)])
}
