import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import { SigningError } from './signing-error.js'
import { type Environment, runSshKeygen } from './ssh-keygen.js'

/** An Ed25519 key pair without passphrase: `path` and `path.pub`. For the demo; people make their own. */
export async function makeSshKey(path: string, comment: string, environment: Environment): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const place = { cwd: dirname(path), environment, timeLimitMs: LIMITS.sshKeygenMs }
  const { exitCode, stderr } = await runSshKeygen(
    ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path],
    new Uint8Array(),
    place,
  )
  if (exitCode !== 0) throw new SigningError('ssh_keygen_failed', `ssh-keygen could not make ${path}: ${stderr.trim()}`)
}
