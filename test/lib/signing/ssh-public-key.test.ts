import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, readPublicKey } from '../../../lib/signing/ssh-public-key.js'
import { newFolder } from './folder.js'
import { certify, field, newKey } from './ssh.js'

describe('readPublicKey', () => {
  it.each([
    ['ed25519', []],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa', ['-t', 'ecdsa']],
  ])('reads a key of %s', (_, options) => {
    const { path, line, fingerprint } = newKey(...options)
    const [type = '', base64 = ''] = line.split(' ')
    const key = {
      ok: true,
      value: { type, blob: new Uint8Array(Buffer.from(base64, 'base64')), fingerprint, line: `${type} ${base64}` },
    }
    expect(readPublicKey(line)).toEqual(key)
    expect(readPublicKey(`${type} ${base64}`)).toEqual(key)
    expect(readPublicKey(`key::${line}\n`)).toEqual(key)
    expect(readPublicKey(`${path}.pub`)).toEqual(key)
    expect(readPublicKey(path)).toEqual(key)
    expect(fingerprintOf(line)).toBe(fingerprint)
  })

  it('says what is wrong with anything else', () => {
    const folder = newFolder()
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const key = newKey()
    const base64 = key.line.split(' ')[1]
    const cases: [string, RegExp][] = [
      ['', /neither a public key nor a file/],
      [join(folder, 'nothing'), /neither a public key nor a file/],
      [folder, /is not a file/],
      [file('lonely', '-----BEGIN OPENSSH PRIVATE KEY-----\n'), /lonely is a private key without .*ssh-keygen -y/],
      [
        file('all alone', '-----BEGIN OPENSSH PRIVATE KEY-----\n'),
        /ssh-keygen -y -f '[^']*all alone' > '[^']*all alone\.pub'/,
      ],
      [file('two.pub', `${key.line}\n${key.line}\n`), /two\.pub: not one public key/],
      [file('empty.pub', ''), /not one public key/],
      [file('large.pub', 'x'.repeat(70_000)), /too large/],
      [file('options.pub', `cert-authority ${key.line}`), /not one public key/],
      [certify(key), /certificate/],
      [`ssh-rsa ${base64}`, /says ssh-rsa, but the key in it is ssh-ed25519/],
      [`ssh-ed25519 ${base64?.slice(0, -4)}`, /malformed/],
      ['ssh-ed25519 AAAA', /do not count|malformed/],
      [`ssh-dss ${field('ssh-dss').toString('base64')}`, /"ssh-dss" do not count/],
      [newKey('-t', 'rsa', '-b', '1024').line, /2048 bits/],
    ]
    for (const [text, words] of cases)
      expect(readPublicKey(text)).toMatchObject({ ok: false, why: expect.stringMatching(words) })
  })

  it('takes no second spelling of a key: it would be a second person', () => {
    const { line, fingerprint } = newKey()
    const [type = '', base64 = ''] = line.split(' ')
    expect(fingerprintOf(`${type} ${base64}=`)).toBeNull()
    expect(fingerprintOf(`${type} ${base64}\u0007`)).toBeNull()
    expect(fingerprintOf(`${type}   ${base64}\tsomeone else`)).toBe(fingerprint)
  })
})
