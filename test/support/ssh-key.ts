import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run-git.js'

/** An Ed25519 key pair made by ssh-keygen, without passphrase. */
export interface TestKey {
  readonly name: string
  /** Path of the private key; the public one is beside it, with `.pub`. */
  readonly path: string
  /** `ssh-ed25519 AAAA… name` */
  readonly publicKey: string
  /** `SHA256:…` */
  readonly fingerprint: string
}

interface KeyFiles {
  readonly secret: string
  readonly public: string
  readonly fingerprint: string
}

/** One key a name, in all repositories of a process: to make it anew for each test took most of the time of laying out. */
const made = new Map<string, Promise<KeyFiles>>()

export async function makeKey(folder: string, name: string): Promise<TestKey> {
  const files = made.get(name) ?? makeFiles(name)
  made.set(name, files)
  const key = await files
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.key`)
  await writeFile(path, key.secret, { mode: 0o600 })
  await writeFile(`${path}.pub`, key.public)
  return { name, path, publicKey: key.public.trim(), fingerprint: key.fingerprint }
}

async function makeFiles(name: string): Promise<KeyFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-key-'))
  const path = join(folder, 'key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path], folder)
  const listing = (await run('ssh-keygen', ['-l', '-f', `${path}.pub`], folder)).toString()
  const [secret, shown] = [await readFile(path, 'utf8'), await readFile(`${path}.pub`, 'utf8')]
  await rm(folder, { recursive: true })
  return { secret, public: shown, fingerprint: listing.split(' ')[1] ?? '' }
}

/** One line a key, as git and ssh-keygen read it: `allowedSigners({ alice: key })`. */
export function allowedSigners(keys: Readonly<Record<string, TestKey>>): string {
  return Object.entries(keys)
    .map(([principal, key]) => `${principal} namespaces="git" ${key.publicKey}\n`)
    .join('')
}

/** The environment of a person with their own git configuration: name, e-mail, signing key. */
export async function personEnvironment(folder: string, key: TestKey): Promise<Record<string, string>> {
  const home = join(folder, `home-${key.name}`)
  await mkdir(home, { recursive: true })
  const config = `[user]\n\tname = ${key.name}\n\temail = ${key.name}@example.org\n\tsigningkey = ${key.path}\n[gpg]\n\tformat = ssh\n`
  await writeFile(join(home, '.gitconfig'), config)
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
}
