import { appendFile, readFile, rename, writeFile } from 'node:fs/promises'
import { LIMITS } from '../../vault/limits.js'
import { type Oid, parseOid } from '../../vault/oid.js'

const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/

/**
 * Good signatures that were checked, a line each: facts about objects that cannot change, so that a start need not
 * check them again. Bad ones are not written: a fault of the machine must not be remembered for ever.
 */
export class SignatureFile {
  #waiting: string[] = []
  #writing: Promise<void> | null = null

  private constructor(
    private readonly path: string,
    readonly known: ReadonlyMap<Oid, string>,
  ) {}

  static async open(path: string): Promise<SignatureFile> {
    const text = await readOrEmpty(path)
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const kept = whole.length > LIMITS.signatureFileBytes ? newerHalf(whole) : whole
    // A torn last line of a crash would spoil the next one.
    if (kept.length < text.length) await replace(path, kept)
    return new SignatureFile(path, parseLines(kept))
  }

  add(commit: Oid, fingerprint: string): void {
    this.#waiting.push(`${JSON.stringify({ commit, fingerprint })}\n`)
    this.#writing ??= this.#write()
  }

  async close(): Promise<void> {
    await this.#writing
  }

  /** A full disk costs time at the next start, nothing else. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      await appendFile(this.path, this.#waiting.splice(0).join(''), { mode: 0o600 }).catch(() => {})
    }
    this.#writing = null
  }
}

function parseLines(text: string): ReadonlyMap<Oid, string> {
  const known = new Map<Oid, string>()
  for (const line of text.split('\n')) {
    const fact = parseLine(line)
    if (fact !== null) known.set(fact.commit, fact.fingerprint)
  }
  return known
}

function parseLine(line: string): { commit: Oid; fingerprint: string } | null {
  const match = /^\{"commit":"([0-9a-f]+)","fingerprint":"([^"]+)"\}$/.exec(line)
  const [commit, fingerprint] = [parseOid(match?.[1] ?? ''), match?.[2] ?? '']
  return commit !== null && FINGERPRINT.test(fingerprint) ? { commit, fingerprint } : null
}

function newerHalf(text: string): string {
  const middle = text.length - LIMITS.signatureFileBytes / 2
  return text.slice(text.indexOf('\n', middle) + 1)
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
