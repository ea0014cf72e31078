import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllowedSigners } from '../../../vault/signers/parse.js'
import { keyOf } from '../policy/trust-files.js'
import { bytes, messagesOf, passed, problemsOf, told } from '../told.js'

const folder = mkdtempSync(join(tmpdir(), 'signers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const A = keyOf('a')
const B = keyOf('b')
const base64 = (key: string): string => key.split(' ')[1] ?? ''
const tell = (text: string) => told(problemsOf(parseAllowedSigners(bytes(text))))
const principals = (text: string) => [...passed(parseAllowedSigners(bytes(text))).principalOf.values()]

function keygen(name: string, ...options: readonly string[]): string {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'a comment', '-f', join(folder, name), ...options])
  return readFileSync(join(folder, `${name}.pub`), 'utf8').trim()
}

/** What ssh-keygen itself says of a public key. */
function fingerprint(publicKey: string): string {
  const path = join(folder, 'shown.pub')
  writeFileSync(path, `${publicKey}\n`)
  return execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' }).split(' ')[1] ?? ''
}

function blob(...fields: readonly (string | Buffer)[]): string {
  const parts = fields
    .map((field) => Buffer.from(field))
    .flatMap((field) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(field.length)
      return [length, field]
    })
  return Buffer.concat(parts).toString('base64')
}

describe('the fingerprint is what ssh-keygen prints', () => {
  it.each([
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ])('%s', (name, options) => {
    const key = keygen(name, ...options)
    const { principalOf } = passed(parseAllowedSigners(bytes(`alice ${key}\n`)))
    expect([...principalOf]).toEqual([[fingerprint(key), 'alice']])
  })

  it('of a hardware key', () => {
    const type = 'sk-ssh-ed25519@openssh.com'
    const key = `${type} ${blob(type, Buffer.alloc(32, 7), 'ssh:')}`
    const { principalOf } = passed(parseAllowedSigners(bytes(`alice ${key}`)))
    expect([...principalOf]).toEqual([[fingerprint(key), 'alice']])
  })

  it('of a hardware key on a curve', () => {
    const point = Buffer.from(base64(keygen('point', '-t', 'ecdsa', '-b', '256')), 'base64').subarray(-65)
    const type = 'sk-ecdsa-sha2-nistp256@openssh.com'
    const key = `${type} ${blob(type, 'nistp256', point, 'ssh:')}`
    const { principalOf } = passed(parseAllowedSigners(bytes(`alice ${key}`)))
    expect([...principalOf]).toEqual([[fingerprint(key), 'alice']])
  })
})

describe('lines that are taken', () => {
  it.each([
    ['nothing', '', []],
    ['comments and blank lines', `# keys\n\n  \t\n  # more\nalice ${A}\n`, ['alice']],
    ['a comment behind the key', `alice ${A} alice@laptop, the blue one\n`, ['alice']],
    ['no line end', `alice ${A}`, ['alice']],
    ['CRLF', `alice ${A}\r\nbob ${B}\r\n`, ['alice', 'bob']],
    ['columns', `alice   \t${A.replace(' ', '\t ')}\n`, ['alice']],
    ['addresses', `alice@example.org ${A}\nBob_2+x-y ${B}`, ['alice@example.org', 'Bob_2+x-y']],
  ])('%s', (_what, text, expected) => {
    expect(principals(text)).toEqual(expected)
  })
})

describe('lines that are refused, each where it is wrong', () => {
  it.each([
    ['a wildcard', `* ${A}`, '1:1 signer_line'],
    ['a wildcard within', `alice@*.org ${A}`, '1:1 signer_line'],
    ['a question mark', `alic? ${A}`, '1:1 signer_line'],
    ['a negation', `!bob ${A}`, '1:1 signer_line'],
    ['two principals', `alice,bob ${A}`, '1:1 signer_line'],
    ['a quoted principal', `"alice" ${A}`, '1:1 signer_line'],
    ['quoted principals with a space', `"alice bob" ${A}`, '1:1 signer_line'],
    ['namespaces', `alice namespaces="git" ${A}`, '1:7 signer_line'],
    ['field failure 43: an end of validity', `alice valid-before="20270101" ${A}`, '1:7 signer_line'],
    ['a start of validity', `alice valid-after="20260101" ${A}`, '1:7 signer_line'],
    ['an authority', `alice cert-authority ${A}`, '1:7 signer_line'],
    ['an authority in capitals', `alice CERT-AUTHORITY ${A}`, '1:7 signer_line'],
    ['a certificate', `alice ssh-ed25519-cert-v01@openssh.com ${base64(A)}`, '1:7 signer_line'],
    ['DSA', `alice ssh-dss ${base64(A)}`, '1:7 signer_line'],
    ['no key', 'alice', '1:6 signer_line'],
    ['no base64', 'alice ssh-ed25519', '1:18 signer_line'],
    ['a key alone', A, '1:13 signer_line'],
    ['base64 that is none', 'alice ssh-ed25519 AAAA!', '1:19 signer_line'],
    [
      'base64 without its padding',
      `alice ssh-rsa ${blob('ssh-rsa', 'abc', 'de').replace(/=+$/, '')}`,
      '1:15 signer_line',
    ],
    ['the key of another type', `alice ssh-rsa ${base64(A)}`, '1:15 signer_line'],
    ['a key that is cut', `alice ssh-ed25519 ${base64(A).slice(0, 40)}`, '1:19 signer_line'],
    ['a key that is too short', `alice ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(31))}`, '1:19 signer_line'],
    ['a key with more behind', `alice ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(32), 'x')}`, '1:19 signer_line'],
    [
      'a small RSA key',
      `alice ssh-rsa ${blob('ssh-rsa', Buffer.of(1, 0, 1), Buffer.alloc(128, 0xff))}`,
      '1:15 signer_line',
    ],
    [
      'the curve of another type',
      `alice ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(97, 4))}`,
      '1:27 signer_line',
    ],
    ['a principal with two keys', `alice ${A}\nalice ${B}`, '2:1 duplicate'],
    ['a key of two principals', `alice ${A}\n\nbob ${A}`, '3:17 duplicate'],
    ['a lone carriage return', `alice ${A}\rbob ${B}`, '1:19 signer_line'],
    ['a PGP key', '-----BEGIN PGP PUBLIC KEY BLOCK-----', '1:1 signer_line'],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual([expected])
  })

  it('all at once', () => {
    expect(tell(`* ${A}\n# fine\nalice\nbob ${B}\nbob ${A}\n`)).toEqual([
      '1:1 signer_line',
      '3:6 signer_line',
      '5:1 duplicate',
    ])
  })

  it('an option is refused with the reason', () => {
    expect(messagesOf(parseAllowedSigners(bytes(`alice valid-before="20270101" ${A}`)))).toContain(
      'removal is revocation',
    )
  })

  it('messages keep hostile text in its place', () => {
    const message = messagesOf(parseAllowedSigners(bytes(`\u001b[2J\u202e ${A}`)))
    expect(message).toContain('"\\u{1b}[2J\\u{202e}"')
  })
})

property.prop([fc.uint8Array({ maxLength: 300 })])('bytes never throw', (content) => {
  const parsed = parseAllowedSigners(content)
  expect(parsed.ok || parsed.problems.length > 0).toBe(true)
})

property.prop([
  fc.array(fc.constantFrom('alice', 'bob', 'carol', A, B, '*', '\n', ' ', '#', 'namespaces="git"'), { maxLength: 20 }),
])('what is taken has one key a principal and one principal a key', (parts) => {
  const parsed = parseAllowedSigners(bytes(parts.join(' ')))
  if (!parsed.ok) return
  const { principalOf } = parsed.value
  expect(new Set(principalOf.values()).size).toBe(principalOf.size)
})
