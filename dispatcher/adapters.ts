/** What the commands need of the outside world. `main.ts` names the concrete adapters; nobody else does. */
import type { ForgeAdmin } from '../lib/forge/admin/port.js'
import type { Forge } from '../lib/forge/forge-options.js'
import type { ForgeStop } from '../lib/forge/forge-stop.js'
import type { GitConfig } from '../lib/git/environment.js'
import type { LocalPath } from '../lib/git/local-repositories.js'
import type { Repository } from '../lib/git/port.js'
import type { Identity, SignedCommit } from '../lib/git/user-git.js'
import type { WebhookServer, WebhookServerOptions } from '../lib/http/webhook-server.js'
import type { Log } from '../lib/log/port.js'
import type { RunReader, RunWriter } from '../lib/runner/port.js'
import type { SecretStore } from '../lib/secrets/port.js'
import type { RecordSigner, RecordVerifier } from '../lib/signing/port.js'
import type { ReadPublicKey } from '../lib/signing/ssh-public-key.js'
import type { Oid } from '../vault/oid.js'
import type { ForgeConfig } from './config/forge-config.js'
import type { Config, Environment } from './config.js'
import type { StatePlace } from './state/place.js'

export interface CloneOptions {
  /** Folder of the bare clone; made where there is none. */
  readonly path: string
  readonly url: string
  readonly branch: string
  /** `person`: their own git configuration and credentials are used. `dispatcher`: nothing but what is given. */
  readonly as: 'dispatcher' | 'person'
  /** Settings and credentials for the remote, besides what a person's git has (`Config.gitConfig`). */
  readonly gitConfig: GitConfig
  /** Ends all git commands that run. */
  readonly signal?: AbortSignal | undefined
}

/** What a person's own git says of them, and what is done in their name. */
export interface Person {
  /** `user.signingkey`: a path, or the key itself. Null: not set. */
  signingKey(): Promise<string | null>
  identity(): Promise<Identity | null>
  /** Makes a commit object with the person's SSH signature; no ref moves. */
  signedCommit(commit: Omit<SignedCommit, 'environment'>): Promise<Oid>
  /** Anything but a clear yes is a no. `nobody_to_ask`: this is a script (stdin or stderr is no terminal). */
  confirm(question: string): Promise<'yes' | 'no' | 'nobody_to_ask'>
}

export interface LocalRepositories {
  look(path: string): Promise<LocalPath>
  /** Makes a bare repository whose HEAD names the branch; its folder is made where there is none. */
  createBare(path: string, branch: string): Promise<void>
  /** Lets HEAD name the branch, so that clones check it out. */
  pointHead(path: string, branch: string): Promise<void>
}

export interface Adapters {
  readonly environment: Environment
  now(): number
  /** Milliseconds since some moment of this process: they pass evenly, whatever the machine's clock is set to. */
  elapsed(): number
  sleep(ms: number): Promise<void>
  /** Unique and unguessable. */
  newNonce(): string
  log(options: { readonly pretty: boolean; readonly level: 'info' | 'warn' }): Promise<Log>
  openClone(options: CloneOptions): Promise<Repository>
  /** Asks the forge nothing yet. Rejects with ConfigError where the token is not there. */
  openForge(forge: ForgeConfig, stop?: ForgeStop): Promise<Forge>
  /** The state folder of a dispatcher. */
  readonly place: StatePlace
  /** What `doctor` and `init` ask of a forge; a dispatcher never does. */
  openForgeAdmin(forge: ForgeConfig): Promise<ForgeAdmin>
  startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer>
  readonly person: Person
  readonly localRepositories: LocalRepositories
  /** For the demo: an SSH key pair at `path` and `path.pub`. */
  makeSshKey(path: string, comment: string): Promise<void>
  /** An SSH public key by its text or file (`lib/signing/ssh-public-key.ts`). */
  sshPublicKey(textOrPath: string): ReadPublicKey
  signer(keyPath: string): Promise<RecordSigner>
  /** Makes the dispatcher's key in a new file; never overwrites. */
  createSigner(keyPath: string): Promise<RecordSigner>
  verifier(publicKeys: readonly string[]): RecordVerifier
  secrets(config: Config): SecretStore
  runReader(stateDir: string, endKey: string): RunReader
  /** @param endKey what ends on the disk are believed by (`lib/runner/end-seal.ts`) */
  runWriter(config: Config, endKey: string): Promise<RunWriter>
}
