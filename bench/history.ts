/** Makes ops repos with a long past: signed records like a dispatcher's, streamed through one `git fast-import`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createDispatcherKey } from '../lib/signing/dispatcher-key.js'
import type { RecordSigner } from '../lib/signing/port.js'
import { parseActionId } from '../vault/action/id.js'
import { sha256Hex } from '../vault/digest.js'
import type { Oid } from '../vault/oid.js'
import { actionPath, intentPath, outcomePath } from '../vault/record/paths.js'
import { sealRecord } from '../vault/record/seal.js'
import {
  type DispatcherReference,
  type Intent,
  intentStatement,
  type Outcome,
  outcomeStatement,
} from '../vault/record/statement.js'
import { dayOf, timestampOf } from '../vault/record/time.js'

const PER_COMMIT = 50
const DAY_MS = 86_400_000

export interface Past {
  readonly repository: string
  readonly root: Oid
  readonly records: number
  /** Where the key of the dispatcher of that time is made. */
  readonly keyPath: string
}

/** @returns the public key that signed them */
export async function makePast({ repository, root, records, keyPath }: Past): Promise<string> {
  const signer = createDispatcherKey(keyPath)
  const child = spawn('git', ['-C', repository, 'fast-import', '--quiet', '--done', '--force', '--date-format=raw'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const write = async (chunk: string | Uint8Array) => {
    if (!child.stdin.write(chunk)) await once(child.stdin, 'drain')
  }
  const start = Date.UTC(2026, 10, 1) - 300 * DAY_MS
  for (let first = 0; first < records; first += PER_COMMIT) {
    const at = start + Math.floor((first / records) * 300 * DAY_MS)
    const message = `record ${PER_COMMIT} claims\n`
    await write(
      `commit refs/heads/main\ncommitter past <past@invalid> ${Math.floor(at / 1000)} +0000\ndata ${message.length}\n${message}\n`,
    )
    if (first === 0) await write(`from ${root}\n`)
    for (let index = first; index < Math.min(first + PER_COMMIT, records); index++) {
      for (const [path, bytes] of recordFiles(`past-${index}`, at, root, signer)) {
        await write(`M 100644 inline ${path}\ndata ${bytes.length}\n`)
        await write(bytes)
        await write('\n')
      }
    }
  }
  child.stdin.end('done\n')
  await once(child, 'exit')
  return signer.publicKey
}

function recordFiles(
  name: string,
  at: number,
  root: Oid,
  signer: RecordSigner,
): readonly (readonly [string, Uint8Array])[] {
  const id = parseActionId(name)
  if (id === null) throw new Error(`${name} is no id`)
  const action = new TextEncoder().encode(`id = "${name}"\nformula = "touch"\ncontext = "because"\nsecrets = []\n`)
  const dispatcher: DispatcherReference = { name: 'past', instance: 'past', key: signer.keyId }
  const intent = sealRecord(intentStatement(action, intentOf(name, at, root, dispatcher)), signer)
  const outcome = sealRecord(outcomeStatement(action, outcomeOf(name, at, sha256Hex(intent), dispatcher)), signer)
  const day = dayOf(at)
  return [
    [actionPath(day, id), action],
    [intentPath(day, id), intent],
    [outcomePath(day, id), outcome],
  ]
}

function intentOf(id: string, at: number, root: Oid, dispatcher: DispatcherReference): Intent {
  return {
    id,
    formula: 'touch',
    tier: 'low',
    reason: 'auto_approved',
    rules: [{ rule: 'policy_tier', saw: '[tiers] touch = "low"', gave: 'low' }],
    dry_run: false,
    trust_set: {
      root,
      commit: root,
      policy_blob: root,
      signers_blob: root,
      formulas_tree: root,
      formula: 'formulas/touch.toml',
      formula_sha256: '0'.repeat(64),
    },
    evidence: { kind: 'policy', requesters: [] },
    base: root,
    request_head: root,
    dispatcher,
    nonce: `past-${id}`,
    claimed_at: timestampOf(at),
    start_by: timestampOf(at + 3_600_000),
    timeout_minutes: 60,
  }
}

function outcomeOf(id: string, at: number, intentSha256: string, dispatcher: DispatcherReference): Outcome {
  return {
    id,
    intent_sha256: intentSha256,
    status: 'succeeded',
    reason: 'ended',
    dry_run: false,
    exit_code: 0,
    failed_step: null,
    started_at: timestampOf(at),
    ended_at: timestampOf(at + 1_000),
    outputs: {},
    log_sha256: null,
    log_tail: '',
    external_id: null,
    dispatcher,
  }
}
