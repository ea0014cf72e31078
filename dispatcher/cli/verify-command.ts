/** `countersign verify`: an auditor with a clone and a pinned public key, and nothing else, checks every record and judges every claim anew. */
import { MissingObject } from '../../lib/git/missing-object.js'
import { SigningError } from '../../lib/signing/signing-error.js'
import { type AuditReport, renderAudit } from '../../vault/audit/render-audit.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import { type Audit, type AuditParts, auditMain } from '../audit/audit.js'
import { pinnedKeys } from '../audit/pinned-keys.js'
import { readMain } from '../audit/read-main.js'
import { EXIT, type ExitCode, type Terminal, unverifiedError, usageError } from './terminal.js'
import { openWorkplace, type RepoOptions, type Workplace } from './workplace.js'

export interface VerifyOptions extends RepoOptions {
  /** Public keys of dispatchers, each `ed25519:<base64>`. */
  readonly key?: readonly string[] | undefined
  readonly json?: boolean | undefined
}

const NO_KEY =
  'pin the key of the dispatcher with --key ed25519:…; without one nobody can tell a record from a forgery. ' +
  '`countersign init` printed it as dispatcher_key; ask whoever runs the dispatcher, not the ops repo'

export async function verifyCommand(options: VerifyOptions, adapters: Adapters, terminal: Terminal): Promise<ExitCode> {
  const root = rootOption(options.root)
  // With `--repo` there is no configuration to find a key in: say so before anything is fetched.
  if (options.repo !== undefined && (options.key ?? []).length === 0) throw usageError(NO_KEY)
  const workplace = await openWorkplace(options, adapters)
  try {
    const report = await verify(workplace, root, options, adapters)
    if (options.json === true) terminal.out(JSON.stringify(jsonOf(report)))
    else for (const line of renderAudit(report)) terminal.out(line)
    return report.findings.length === 0 ? EXIT.done : EXIT.refused
  } finally {
    await workplace.repository.close()
  }
}

async function verify(
  workplace: Workplace,
  root: Oid | null,
  options: VerifyOptions,
  adapters: Adapters,
): Promise<AuditReport> {
  const { repository, branch, url, config } = workplace
  const { keys, verifier } = await pinnedKeys(options.key ?? [], config, adapters)
  if (keys.length === 0) throw usageError(NO_KEY)
  const main = await readMain(workplace)
  const audit = await auditOrSayWhyNot({ repository, verifier, main, root: root ?? config?.root ?? null })
  return { repo: url, branch, main, keys, ...audit }
}

/** What could not be read or checked is neither a finding nor a wrong use. */
async function auditOrSayWhyNot(parts: AuditParts): Promise<Audit> {
  try {
    return await auditMain(parts)
  } catch (error) {
    if (error instanceof MissingObject)
      throw unverifiedError(`could not verify: ${error.message}; clone the ops repo whole, not shallow or partial`)
    if (error instanceof SigningError) throw unverifiedError(`could not verify: ${error.message}`)
    throw error
  }
}

function jsonOf({ findings, counts, keys, main, branch, root, accepted, judged }: AuditReport): unknown {
  const { records: checked, ...kinds } = counts
  return {
    ok: findings.length === 0,
    checked,
    findings,
    main,
    branch,
    root: root?.commit ?? null,
    root_from: root?.from ?? null,
    accepted_roots: accepted,
    keys,
    ...kinds,
    judged,
  }
}

function rootOption(text: string | undefined): Oid | null {
  if (text === undefined) return null
  const root = parseOid(text)
  if (root === null) throw usageError(`--root takes the full id of a commit, not ${JSON.stringify(text)}`)
  return root
}
