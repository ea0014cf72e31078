import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSshKeygen } from '../../../lib/signing/ssh-keygen.js'
import { checkSshSignature } from '../../../lib/signing/ssh-signature.js'
import { newFolder } from './folder.js'
import { arm, certify, disarm, field, newKey, type Parts, run, sshSign, wrap } from './ssh.js'

const environment = { PATH: process.env['PATH'] }
const PAYLOAD = new TextEncoder().encode('tree 1\nparent 2\n\nmerge\n')
let made: string | undefined
const check = (payload: Uint8Array, armored: string) => checkSshSignature(payload, armored, { environment })

describe('a good signature', () => {
  it.each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa of 4096 bits', ['-t', 'rsa', '-b', '4096']],
    ['ecdsa', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa on nistp384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa on nistp521', ['-t', 'ecdsa', '-b', '521']],
  ])('by %s names its key', async (_, options) => {
    const key = newKey(...options)
    const good = { kind: 'good', fingerprint: key.fingerprint }
    expect(await check(PAYLOAD, sshSign(key.path, PAYLOAD))).toEqual(good)
    expect(await check(PAYLOAD, sshSign(key.path, PAYLOAD, 'git', '-O', 'hashalg=sha256'))).toEqual(good)
  })

  it('is what git puts into a commit', async () => {
    const key = newKey()
    const repo = newFolder()
    const git = (...args: string[]) => run('git', ['-C', repo, ...args], '').trim()
    git('init', '-q')
    const settings = ['user.name=a', 'user.email=a@b', 'gpg.format=ssh', `user.signingkey=${key.path}`]
    const tree = git('mktree')
    const commit = git(
      ...settings.flatMap((setting) => ['-c', setting]),
      'commit-tree',
      '-S',
      '-m',
      'ümlaut\n\n-----BEGIN SSH SIGNATURE-----',
      tree,
    )
    const [head = '', ...body] = run('git', ['-C', repo, 'cat-file', 'commit', commit]).split('\n\n')
    const [, armored = ''] = /\ngpgsig ((?:.*)(?:\n .*)*)/.exec(head) ?? []
    const payload = [head.replace(`\ngpgsig ${armored}`, ''), ...body].join('\n\n')
    const signature = armored.replaceAll('\n ', '\n')
    const bytes = new TextEncoder().encode(payload)
    expect(await check(bytes, signature)).toEqual({ kind: 'good', fingerprint: key.fingerprint })
    expect(await check(bytes.slice(1), signature)).toMatchObject({ kind: 'bad' })
  })

  it('may cover an empty payload and one of many bytes', async () => {
    const key = newKey()
    for (const payload of [new Uint8Array(), new Uint8Array(1024 * 1024).fill(10)]) {
      expect(await check(payload, sshSign(key.path, payload))).toMatchObject({ kind: 'good' })
    }
  })
})

describe('a bad signature', () => {
  const bad = (why: RegExp | string) => ({
    kind: 'bad',
    why: typeof why === 'string' ? why : expect.stringMatching(why),
  })

  it('is one over other content', async () => {
    const armored = sshSign(newKey().path, PAYLOAD)
    for (const payload of [new Uint8Array(), PAYLOAD.slice(1), new Uint8Array([...PAYLOAD, 10])]) {
      expect(await check(payload, armored)).toEqual(bad('the signature does not hold for this content and key'))
    }
  })

  it('is one that was made for something else than git', async () => {
    const key = newKey()
    expect(await check(PAYLOAD, sshSign(key.path, PAYLOAD, 'file'))).toEqual(
      bad('it was signed for "file", not for "git"'),
    )
    expect(await check(PAYLOAD, sshSign(key.path, PAYLOAD, 'git\u001b[2J'))).toEqual(
      bad(/^it was signed for "git\\u001b\[2J"/),
    )
  })

  it('is one with a certificate, though its key is plain', async () => {
    const key = newKey()
    expect(await check(PAYLOAD, sshSign(certify(key), PAYLOAD))).toEqual(bad(/certificate/))
  })

  it('is one by a key that is too short or of a broken kind', async () => {
    expect(await check(PAYLOAD, sshSign(newKey('-t', 'rsa', '-b', '1024').path, PAYLOAD))).toEqual(bad(/2048 bits/))
    expect(await check(PAYLOAD, arm({ ...parts(), key: field('ssh-dss') }))).toEqual(bad(/"ssh-dss" do not count/))
  })

  const armored = sshSignOnce()
  const parts = (): Parts => disarm(armored)
  const [begin = '', ...rest] = armored.split('\n')

  it.each([
    ['two blocks', armored + armored],
    ['text after it', `${armored}x\n`],
    ['an empty line after it', `${armored}\n`],
    ['text before it', `x\n${armored}`],
    ['a header inside', [begin, 'Comment: x', ...rest].join('\n')],
    ['an empty line inside', [begin, '', ...rest].join('\n')],
    ['white space', armored.replaceAll('\n', ' \n')],
    ['carriage returns', armored.replaceAll('\n', '\r\n')],
    ['no end', armored.replace(/-----END.*/s, '')],
    ['the armour of another program', armored.replaceAll('SSH SIGNATURE', 'PGP SIGNATURE')],
    ['no content', wrap('')],
    ['no padding', armored.replace(/=+\n/, '\n')],
    ['more than one line may hold', armored.replace(/([A-Za-z0-9+/])\n(?=[A-Za-z0-9+/])/g, '$1')],
    ['nothing at all', ''],
  ])('is one with %s', async (_, text) => {
    expect(await check(PAYLOAD, text)).toEqual(bad('it is not exactly one armoured SSH signature'))
  })

  it.each<[string, Partial<Parts>]>([
    ['another magic', { magic: 'SSHSIH' }],
    ['version 0, which ssh-keygen takes', { version: 0 }],
    ['version 2', { version: 2 }],
    ['a reserved field, which ssh-keygen takes', { reserved: 'x' }],
    ['the hash md5', { hash: 'md5' }],
    ['the hash sha1', { hash: 'sha1' }],
    ['bytes after it', { tail: 'x' }],
    ['no key', { key: new Uint8Array() }],
    ['an unknown key', { key: field('ssh-new') }],
    ['a short key', { key: Buffer.concat([field('ssh-ed25519'), field('abc')]) }],
    ['bytes after the key', { key: Buffer.concat([field('ssh-ed25519'), field(Buffer.alloc(32)), field('x')]) }],
    [
      'a point off the curve',
      { key: Buffer.concat([field('ecdsa-sha2-nistp256'), field('nistp256'), field(Buffer.alloc(65, 4))]) },
    ],
    [
      'the curve of another type',
      { key: Buffer.concat([field('ecdsa-sha2-nistp256'), field('nistp384'), field(Buffer.alloc(97, 4))]) },
    ],
    ['an RSA modulus with a leading zero', { key: rsaKey(Buffer.concat([Buffer.of(0, 0), Buffer.alloc(256, 0xff)])) }],
    ['a negative RSA modulus', { key: rsaKey(Buffer.alloc(256, 0xff)) }],
    ['an RSA exponent of 1', { key: rsaKey(Buffer.concat([Buffer.of(0), Buffer.alloc(256, 0xff)]), Buffer.of(1)) }],
    ['no signature', { signature: new Uint8Array() }],
    ['a signature of another type', { signature: Buffer.concat([field('ssh-rsa'), field('abc')]) }],
    ['a signature cut short', { signature: Buffer.concat([field('ssh-ed25519'), field(Buffer.alloc(63))]) }],
    ['a signature of zeros', { signature: Buffer.concat([field('ssh-ed25519'), field(Buffer.alloc(64))]) }],
  ])('is one with %s', async (_, changed) => {
    const original = parts()
    expect(arm(original)).toBe(armored)
    expect(await check(PAYLOAD, arm({ ...original, ...changed }))).toMatchObject({ kind: 'bad' })
  })

  it('is one by RSA with SHA-1', async () => {
    const key = newKey('-t', 'rsa', '-b', '2048')
    const original = disarm(sshSign(key.path, PAYLOAD))
    const signature = Buffer.concat([
      field('ssh-rsa'),
      Buffer.from(original.signature).subarray(4 + 'rsa-sha2-512'.length),
    ])
    expect(await check(PAYLOAD, arm({ ...original, signature }))).toMatchObject({ kind: 'bad' })
  })

  it('is one under another key than it was made with', async () => {
    const other = disarm(sshSign(newKey().path, PAYLOAD))
    expect(await check(PAYLOAD, arm({ ...parts(), key: other.key }))).toMatchObject({ kind: 'bad' })
  })

  it('is one that is too large, or over too much', async () => {
    expect(await check(PAYLOAD, wrap('A'.repeat(20_000)))).toEqual(bad(/characters/))
    expect(await check(new Uint8Array(1024 * 1024 + 1), armored)).toEqual(bad(/bytes were signed/))
  })
})

describe('what says nothing about the signature', () => {
  const armored = sshSignOnce()

  it('is that ssh-keygen is missing', async () => {
    const checked = checkSshSignature(PAYLOAD, armored, { environment: { PATH: newFolder() } })
    await expect(checked).rejects.toMatchObject({ code: 'missing_ssh_keygen' })
  })

  it.each([
    ['fails', 'echo "No user exists for uid 12345" >&2; exit 255'],
    ['cannot read', 'echo "Could not verify signature."; echo "Couldn\'t read signature file: gone" >&2; exit 255'],
    ['is killed', 'kill -9 $$'],
    ['says nothing', 'exit 0'],
    ['names another key', `echo 'Good "git" signature with ED25519 key SHA256:${'A'.repeat(43)}'`],
    ['says more than one line', `echo 'Good "git" signature with ED25519 key SHA256:${'A'.repeat(43)}'; echo more`],
    ['talks without end', 'yes'],
  ])('is an ssh-keygen that %s', async (_, script) => {
    const checked = checkSshSignature(PAYLOAD, armored, { environment: fakeKeygen(script) })
    await expect(checked).rejects.toMatchObject({ code: 'ssh_keygen_failed' })
  })

  it('is an ssh-keygen that hangs', async () => {
    const place = { cwd: newFolder(), environment: fakeKeygen('exec sleep 60'), timeLimitMs: 200 }
    expect(await runSshKeygen([], PAYLOAD, place)).toMatchObject({ exitCode: null })
  })

  it('is a temporary folder that cannot be written to', async () => {
    const checked = checkSshSignature(PAYLOAD, armored, { environment: { ...environment, TMPDIR: '/nonexistent' } })
    await expect(checked).rejects.toMatchObject({ code: 'scratch_refused' })
  })
})

it('leaves no file behind, and tells ssh-keygen nothing of the environment', async () => {
  const temporary = newFolder()
  const seen = join(newFolder(), 'seen')
  const fake = fakeKeygen(`env > ${seen}; exit 1`)
  await expect(
    checkSshSignature(PAYLOAD, sshSignOnce(), {
      environment: { ...fake, TMPDIR: temporary, COUNTERSIGN_SECRET_X: 'hush' },
    }),
  ).rejects.toThrow()
  expect(
    await checkSshSignature(PAYLOAD, sshSignOnce(), { environment: { ...environment, TMPDIR: temporary } }),
  ).toMatchObject({ kind: 'good' })
  expect(readdirSync(temporary)).toEqual([])
  expect(existsSync(seen)).toBe(true)
  expect(run('cat', [seen])).not.toMatch(/hush|HOME|TMPDIR/)
})

/** Made once: making keys is slow. */
function sshSignOnce(): string {
  made ??= sshSign(newKey().path, PAYLOAD)
  return made
}

function rsaKey(modulus: Uint8Array, exponent: Uint8Array = Buffer.of(1, 0, 1)): Buffer {
  return Buffer.concat([field('ssh-rsa'), field(exponent), field(modulus)])
}

function fakeKeygen(script: string): { readonly PATH: string } {
  const folder = newFolder()
  writeFileSync(join(folder, 'ssh-keygen'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'ssh-keygen'), 0o755)
  return { PATH: `${folder}:${process.env['PATH']}` }
}
