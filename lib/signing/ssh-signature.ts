/**
 * Checks a commit's SSH signature by cryptography alone. Whose key it is, and what that person may do, is for the trust
 * set in force to say: ssh-keygen is given no list of signers, so that an option in one (a date, a wildcard) cannot decide.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import { systemWords } from '../system-fault.js'
import { SigningError } from './signing-error.js'
import { readArmoredSignature } from './ssh-armor.js'
import { type Environment, type KeygenEnd, runSshKeygen } from './ssh-keygen.js'

export type SshCheck =
  | { readonly kind: 'good'; readonly fingerprint: string }
  | { readonly kind: 'bad'; readonly why: string }

const GOOD = /^Good "git" signature with [A-Z0-9-]+ key (SHA256:[A-Za-z0-9+/]{43})\n$/
const NOT_GOOD = 'Could not verify signature.\n'
/** How ssh-keygen begins when the signature is at fault, and not the machine (no such file, no such user). */
const AT_FAULT =
  /^(?:Signature verification failed: |Couldn't (?:verify|parse) signature: |sshsig_wrap_verify: parse signature object: )/

/**
 * @param payload the commit's bytes without its signature header
 * @returns `bad` only for what was verified to be wrong; rejects with SigningError where nothing could be verified
 */
export async function checkSshSignature(
  payload: Uint8Array,
  armoredSignature: string,
  options: { readonly environment: Environment },
): Promise<SshCheck> {
  if (payload.length > LIMITS.signedBytes)
    return { kind: 'bad', why: `more than ${LIMITS.signedBytes} bytes were signed` }
  const signature = readArmoredSignature(armoredSignature)
  if (!signature.ok) return { kind: 'bad', why: signature.why }
  const { fingerprint, armored } = signature.value
  return judge(await askSshKeygen(payload, armored, options.environment), fingerprint)
}

async function askSshKeygen(payload: Uint8Array, armored: string, environment: Environment): Promise<KeygenEnd> {
  // mkdtemp makes it for this user alone: nobody else can swap the file between writing and reading.
  const place = environment['TMPDIR'] ?? '/tmp'
  const folder = await mkdtemp(join(place, 'countersign-signature-')).catch(noRoom(place))
  try {
    const file = join(folder, 'signature')
    await writeFile(file, armored, { flag: 'wx', mode: 0o600 }).catch(noRoom(place))
    return await runSshKeygen(['-Y', 'check-novalidate', '-n', 'git', '-s', file], payload, {
      cwd: folder,
      environment,
      timeLimitMs: LIMITS.sshKeygenMs,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function noRoom(place: string) {
  return (cause: unknown): never => {
    const words = `a signature could not be laid down in ${place} for ssh-keygen: ${systemWords(cause)}`
    throw new SigningError('scratch_refused', words, { cause })
  }
}

function judge({ exitCode, stdout, stderr }: KeygenEnd, fingerprint: string): SshCheck {
  const printed = exitCode === 0 ? GOOD.exec(stdout)?.[1] : undefined
  // Two readings of one signature must name one key; otherwise ours or ssh-keygen's was led astray.
  if (printed !== undefined && printed === fingerprint) return { kind: 'good', fingerprint }
  if (exitCode === 255 && stdout === NOT_GOOD && AT_FAULT.test(stderr)) {
    return { kind: 'bad', why: 'the signature does not hold for this content and key' }
  }
  const said = JSON.stringify((stderr.trim() || stdout.trim()).slice(0, 200))
  const how = exitCode === null ? 'was stopped at a limit' : `ended with ${exitCode}`
  throw new SigningError('ssh_keygen_failed', `ssh-keygen could not check a signature: it ${how} and said ${said}`)
}
