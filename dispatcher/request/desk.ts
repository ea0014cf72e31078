/** What a request works with: the clone, main with its trust set, and whose records count. */
import type { RemoteRefs } from '../../lib/git/port.js'
import { SigningError } from '../../lib/signing/signing-error.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Adapters } from '../adapters.js'
import { followTrustedMain, readTrustedMain, type TrustedMain, trustRootOf } from '../cli/trusted-main.js'
import type { RepoOptions, Workplace } from '../cli/workplace.js'
import { type Asker, openAsker } from './asker.js'
import type { Ground } from './standing.js'

export class Desk {
  private constructor(
    readonly workplace: Workplace,
    readonly adapters: Adapters,
    private readonly verifier: RecordVerifier,
    private readonly needsKnownKey: boolean,
    public at: TrustedMain,
    /** Null: plain git. */
    readonly asker: Asker | null,
  ) {}

  static async open(workplace: Workplace, options: RepoOptions, adapters: Adapters): Promise<Desk> {
    const keys = await pinnedKeys(workplace, adapters)
    const at = await readTrustedMain(workplace, await trustRootOf(options, workplace))
    const asker = await openAsker(workplace, adapters)
    return new Desk(workplace, adapters, adapters.verifier(keys), keys.length > 0, at, asker)
  }

  get ground(): Ground {
    const { repository } = this.workplace
    const { refs, main } = this.at
    return { repository, refs, main, verifier: this.verifier, needsKnownKey: this.needsKnownKey }
  }

  async refresh(refs?: RemoteRefs): Promise<void> {
    this.at = await followTrustedMain(this.workplace, this.at, refs ?? (await this.workplace.repository.remote.list()))
  }
}

/** With a URL alone nobody is pinned. An agent need not be able to read the dispatcher's own key. */
async function pinnedKeys({ config }: Workplace, adapters: Adapters): Promise<readonly string[]> {
  if (config === null) return []
  try {
    return [...config.trustedKeys, (await adapters.signer(config.keyPath)).publicKey]
  } catch (error) {
    if (error instanceof SigningError) return config.trustedKeys
    throw error
  }
}
