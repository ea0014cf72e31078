/** The trust set in force, commit by commit (law 4), from the root on, and from each root that an operator accepted later. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import type { Trust } from '../../vault/trust/trust.js'
import { followTrust, groundOf, TRUST_PATHS, type TrustGround, trustAtRoot } from '../observe/trust-reader.js'

export class TrustLine {
  readonly #byRoot: Map<Oid, Trust>

  private constructor(
    private readonly repository: Repository,
    private newest: Trust,
    private readonly ground: TrustGround,
  ) {
    this.#byRoot = new Map([[newest.root, newest]])
  }

  /** Rejects with TrustRootUnusable. */
  static async from(repository: Repository, root: Oid): Promise<TrustLine> {
    const ground = await groundOf(repository, root)
    return new TrustLine(repository, await trustAtRoot(repository, root, ground), ground)
  }

  /** As followed from the root that was accepted last. */
  get trust(): Trust {
    return this.#byRoot.get(this.newest.root) ?? this.newest
  }

  /** For a claim that names `root`: one dispatcher may go on by the first root after another one was given a new one. */
  trustFrom(root: Oid): Trust {
    return this.#byRoot.get(root) ?? this.trust
  }

  async follow(commit: LineCommit): Promise<void> {
    for (const [root, trust] of this.#byRoot) {
      this.#byRoot.set(root, await followTrust(this.repository, trust, [commit], this.ground))
    }
  }

  /** `unfreeze --root`: from `commit` on, the set followed from the new root counts, too. Rejects with TrustRootUnusable. */
  async accept(root: Oid, commit: LineCommit): Promise<void> {
    const { history } = this.repository
    const trust = await trustAtRoot(this.repository, root, this.ground)
    this.newest = await followTrust(
      this.repository,
      trust,
      await history.line(root, commit.oid, TRUST_PATHS),
      this.ground,
    )
    this.#byRoot.set(root, this.newest)
  }
}
