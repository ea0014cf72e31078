import { type SignatureFact, UNSIGNED } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { ByteCache } from './byte-cache.js'
import { MissingObject } from './missing-object.js'
import type { Objects } from './port.js'
import type { SignatureFile } from './signature-file.js'
import { Slots } from './slots.js'
import { splitSignature } from './split-signature.js'

/** Checks an SSH signature by cryptography alone, in the namespace `git`. Rejects where it could not be checked at all. */
export type CheckSignature = (
  payload: Uint8Array,
  armoredSignature: string,
) => Promise<{ readonly kind: 'good'; readonly fingerprint: string } | { readonly kind: 'bad'; readonly why: string }>

export class Signatures {
  /** Counted by entries: each costs one. */
  readonly #known = new ByteCache<SignatureFact>(LIMITS.rememberedSignatures)
  readonly #checking = new Map<Oid, Promise<SignatureFact>>()
  readonly #slots = new Slots(LIMITS.signatureChecks)

  constructor(
    private readonly objects: Objects,
    private readonly file: SignatureFile,
    private readonly check: CheckSignature,
  ) {
    for (const [commit, fingerprint] of file.known) this.#known.set(commit, { kind: 'ssh', fingerprint }, 1)
  }

  async of(commit: Oid): Promise<SignatureFact> {
    const known = this.#known.get(commit)
    if (known !== undefined) return known
    const checking = this.#checking.get(commit) ?? this.#find(commit)
    this.#checking.set(commit, checking)
    try {
      return await checking
    } finally {
      this.#checking.delete(commit)
    }
  }

  async #find(commit: Oid): Promise<SignatureFact> {
    const fact = await this.#read(commit)
    this.#known.set(commit, fact, 1)
    if (fact.kind === 'ssh') this.file.add(commit, fact.fingerprint)
    return fact
  }

  async #read(commit: Oid): Promise<SignatureFact> {
    const bytes = await this.objects.commitBytes(commit)
    if (bytes === null) throw new MissingObject(commit)
    if ((await this.objects.commit(commit)) === null) return { kind: 'invalid', why: 'the commit is malformed' }
    const split = splitSignature(bytes, commit.length === 40 ? 'sha1' : 'sha256')
    if (split.kind === 'unsigned') return UNSIGNED
    if (split.kind === 'invalid') return split
    const checked = await this.#slots.run(() => this.check(split.payload, split.signature))
    return checked.kind === 'good'
      ? { kind: 'ssh', fingerprint: checked.fingerprint }
      : { kind: 'invalid', why: checked.why }
  }
}
