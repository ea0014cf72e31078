/** Real SSH keys and signatures by ssh-keygen, and the wire format to build false ones. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from './folder.js'

export interface KeyFile {
  readonly path: string
  readonly line: string
  readonly fingerprint: string
}

export function newKey(...options: readonly string[]): KeyFile {
  const path = join(newFolder(), 'key')
  run('ssh-keygen', [
    '-q',
    '-N',
    '',
    '-C',
    'a comment',
    '-f',
    path,
    ...(options.length > 0 ? options : ['-t', 'ed25519']),
  ])
  const line = readFileSync(`${path}.pub`, 'utf8').trim()
  const fingerprint = run('ssh-keygen', ['-l', '-f', `${path}.pub`]).split(' ')[1] ?? ''
  return { path, line, fingerprint }
}

/** A certificate for the key, by an authority made for it. */
export function certify(key: KeyFile): string {
  run('ssh-keygen', ['-q', '-s', newKey().path, '-I', 'id', '-n', 'alice', `${key.path}.pub`])
  return `${key.path}-cert.pub`
}

export function sshSign(
  keyPath: string,
  payload: Uint8Array,
  namespace = 'git',
  ...options: readonly string[]
): string {
  const file = join(newFolder(), 'payload')
  writeFileSync(file, payload)
  run('ssh-keygen', ['-q', '-Y', 'sign', '-f', keyPath, '-n', namespace, ...options, file])
  return readFileSync(`${file}.sig`, 'utf8')
}

export function run(program: string, args: readonly string[], input?: string | Uint8Array): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  })
}

export function field(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, content])
}

/** What a signature is made of; a test replaces one part. */
export interface Parts {
  readonly magic: string
  readonly version: number
  readonly key: Uint8Array
  readonly namespace: string
  readonly reserved: string
  readonly hash: string
  readonly signature: Uint8Array
  readonly tail: string
}

export function disarm(armored: string): Parts {
  const bytes = Buffer.from(
    armored
      .split('\n')
      .filter((line) => !line.startsWith('-'))
      .join(''),
    'base64',
  )
  const fields: Buffer[] = []
  for (let at = 10; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    fields.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const [key = Buffer.of(), namespace = '', reserved = '', hash = '', signature = Buffer.of()] = fields
  const texts = { namespace: String(namespace), reserved: String(reserved), hash: String(hash) }
  return { magic: 'SSHSIG', version: 1, key, signature, tail: '', ...texts }
}

export function arm(parts: Parts): string {
  const version = Buffer.of(0, 0, 0, parts.version)
  const fields = [parts.key, parts.namespace, parts.reserved, parts.hash, parts.signature].map(field)
  return wrap(Buffer.concat([Buffer.from(parts.magic), version, ...fields, Buffer.from(parts.tail)]).toString('base64'))
}

export function wrap(base64: string): string {
  const lines = base64.match(/.{1,70}/g) ?? []
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
}
