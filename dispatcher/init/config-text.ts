/** `countersign.toml` as `init` writes it. */
import { stringify } from 'smol-toml'
import type { Oid } from '../../vault/oid.js'
import { FORGE_TOKEN_VARIABLE, type ForgeConfig } from '../config/forge-config.js'

export interface ConfigValues {
  readonly url: string
  readonly branch: string
  readonly name: string
  readonly key: string
  readonly stateDir: string
  readonly secretsDir: string
  readonly root: Oid
  readonly trustedKeys: readonly string[]
  /** Null: plain git. */
  readonly forge: Pick<ForgeConfig, 'kind' | 'url' | 'repo'> | null
}

/** Relative paths are relative to this file, so that the folder can be moved as a whole. */
export function renderConfig(values: ConfigValues): string {
  const { url, branch, name, key, stateDir, secretsDir, root, trustedKeys, forge } = values
  return [
    '# One dispatcher of an ops repo, made by `countersign init`. Relative paths are relative to this file.\n',
    section('repo', { url, branch }),
    ...forgeSection(forge),
    '# The name is for people and records; the key signs what this dispatcher records. Nobody else may read the key.',
    section('identity', { name, key }),
    '# Six fields, seconds first: cron = "*/10 * * * * *"',
    section('schedule', {}),
    '# How many runs at once: concurrency = 4',
    section('runner', { kind: 'process', state_dir: stateDir }),
    '# From this commit of main on, the trust set (policy.toml, formulas/, allowed_signers) is followed commit by commit.',
    '# keys: public keys of the other dispatchers of this repo, whose records count.',
    section('trust', { root, keys: trustedKeys }),
    '# A file for each secret, named like it; only its owner may read it. Or COUNTERSIGN_SECRET_<NAME> in the environment.',
    section('secrets', { dir: secretsDir }),
    '# For formulas with steps for an agent:',
    '# [agent]',
    '# command = ["my-agent", "--non-interactive"]',
    '',
  ].join('\n')
}

function forgeSection(forge: ConfigValues['forge']): readonly string[] {
  if (forge === null) return [section('forge', { kind: 'git' })]
  const { kind, url, repo } = forge
  return [
    `# The token of the dispatcher's own account, from the environment variable ${FORGE_TOKEN_VARIABLE}: never in this file.`,
    section('forge', { kind, url, repo, token_env: FORGE_TOKEN_VARIABLE }),
    '# So that the forge wakes it, rather than the schedule alone; the secret from COUNTERSIGN_WEBHOOK_SECRET:',
    '# [webhook]',
    '# listen = "127.0.0.1:8787"',
    '',
  ]
}

function section(name: string, values: Readonly<Record<string, unknown>>): string {
  return `${stringify({ [name]: values }).trimEnd()}\n`
}
