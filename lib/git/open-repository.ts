/** Real git behind the port: one bare clone on this machine, and its remote. */
import { join, resolve } from 'node:path'
import { BatchReader } from './batch-reader.js'
import { type CloneIdentity, ensureClone } from './clone-folder.js'
import { Consolidation } from './consolidation.js'
import { type GitContext, type GitLog, inRepository } from './context.js'
import { type Environment, type GitConfig, isolatedEnvironment, personEnvironment } from './environment.js'
import { LocalRemoteLocks } from './heal-local-remote.js'
import { GitHistory } from './history.js'
import { HYGIENE } from './hygiene.js'
import { GitObjects } from './objects.js'
import type { Repository } from './port.js'
import { makeRedact } from './redact.js'
import { keptRefs, REMOTE_NAME } from './ref-names.js'
import { GitRemote } from './remote.js'
import { parseRemoteUrl } from './remote-url.js'
import { SignatureFile } from './signature-file.js'
import { type CheckSignature, Signatures } from './signatures.js'
import { GitWriter } from './writer.js'

export interface RepositoryOptions {
  /** Folder of the bare clone; made where there is none. */
  readonly path: string
  readonly url: string
  /** Name of the main branch, without `refs/heads/`. */
  readonly branch: string
  /** The environment of this process; only what git needs of it is handed on. */
  readonly environment: Environment
  readonly checkSignature: CheckSignature
  /** git configuration for commands that speak to the remote: `http.extraHeader`, `core.sshCommand`, `credential.helper`. */
  readonly gitConfig?: GitConfig
  /** True for what a person does in their own name: the remote is reached by their git configuration, and ssh may ask them. */
  readonly asPerson?: boolean
  readonly log?: GitLog
  /** Ends all commands that run. */
  readonly signal?: AbortSignal | undefined
}

const SIGNATURE_FILE = 'countersign-signatures.jsonl'

export async function openRepository(options: RepositoryOptions): Promise<Repository> {
  const path = resolve(options.path)
  const { url, header } = parseRemoteUrl(options.url)
  const identity: CloneIdentity = { url, branch: options.branch }
  const remoteConfig: GitConfig = [
    [`remote.${REMOTE_NAME}.url`, url],
    ...[...keptRefs(options.branch)].map(([ref, ours]) => [`remote.${REMOTE_NAME}.fetch`, `+${ref}:${ours}`] as const),
    ...(header === null ? [] : [[header.key, header.value] as const]),
    ...(options.gitConfig ?? []),
  ]
  const network = { ...networkContext(options, remoteConfig), ...localRemoteOf(options, url) }
  const format = await ensureClone(network, path, identity)
  return assemble(options, inRepository(network, path), format === 'sha1' ? 40 : 64)
}

async function assemble(options: RepositoryOptions, network: GitContext, oidLength: number): Promise<Repository> {
  const path = network.folder
  const environment = isolatedEnvironment(options.environment, HYGIENE)
  const local = inRepository({ ...network, environment, asksPerson: false }, path)
  const file = await SignatureFile.open(join(path, SIGNATURE_FILE))
  const reader = new BatchReader(local)
  const objects = new GitObjects(reader)
  const consolidation = new Consolidation(local)
  const signatures = new Signatures(objects, file, options.checkSignature)
  return {
    path,
    objects,
    history: new GitHistory(local, objects),
    writer: new GitWriter(local, consolidation, oidLength),
    remote: new GitRemote({ network, local }, objects, consolidation, options.branch),
    signatureOf: (commit) => signatures.of(commit),
    close: async () => {
      await Promise.all([reader.close(), file.close()])
    },
  }
}

/** A person's git does not tidy up what is not theirs. */
function localRemoteOf({ asPerson }: RepositoryOptions, url: string): Pick<GitContext, 'localRemote'> {
  return asPerson === true || !url.startsWith('/') ? {} : { localRemote: new LocalRemoteLocks(url) }
}

function networkContext(options: RepositoryOptions, remoteConfig: GitConfig): GitContext {
  const asPerson = options.asPerson ?? false
  const make = asPerson ? personEnvironment : isolatedEnvironment
  return {
    folder: '/',
    environment: make(options.environment, [...HYGIENE, ...remoteConfig]),
    redact: makeRedact(secretsOf(remoteConfig)),
    log: options.log ?? null,
    signal: options.signal ?? null,
    asksPerson: asPerson,
  }
}

/** Whole values, and the last word of each: of `Authorization: Basic x` a server may echo only the `x`. */
function secretsOf(config: GitConfig): readonly string[] {
  const values = config.filter(([key]) => !key.startsWith('remote.')).map(([, value]) => value)
  return values.flatMap((value) => [value, value.split(/\s+/).at(-1) ?? ''])
}
