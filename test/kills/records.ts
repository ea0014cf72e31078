/** What main says of each action: read by the harness's own eyes, with git alone and none of the dispatcher's code. */
import { run } from '../support/run-git.js'
import type { Stage } from './stage.js'

export interface OutcomeRecord {
  readonly path: string
  readonly status: string
  readonly reason: string
  readonly outputs: Readonly<Record<string, string>>
}

export interface ActionRecord {
  readonly id: string
  /** More than one: it was claimed twice. */
  readonly nonces: readonly string[]
  readonly outcomes: readonly OutcomeRecord[]
}

const FIRED = /^vault\/fired\/[\d-]+\/([^/]+)\/(intent\.json|outcome.*\.json)$/

export class Records {
  readonly #stage: Stage
  /** Blobs do not change: each is read once. */
  readonly #known = new Map<string, Record<string, unknown>>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  async read(): Promise<ReadonlyMap<string, ActionRecord>> {
    const listing = await this.#stage.git('ls-tree', '-r', 'main', '--', 'vault/fired')
    const files = listing.split('\n').flatMap((line) => {
      const [mode, path] = line.split('\t')
      const [, id, file] = FIRED.exec(path ?? '') ?? []
      return id === undefined || file === undefined ? [] : [{ id, file, path: path!, blob: mode!.split(' ')[2]! }]
    })
    await this.#learn(files.map(({ blob }) => blob))
    const records = new Map<string, ActionRecord>()
    for (const { id, file, path, blob } of files) {
      const before = records.get(id) ?? { id, nonces: [], outcomes: [] }
      const said = this.#known.get(blob)!
      const nonces = file === 'intent.json' ? [...before.nonces, String(said['nonce'])] : before.nonces
      const outcomes = file === 'intent.json' ? before.outcomes : [...before.outcomes, outcomeOf(path, said)]
      records.set(id, { id, nonces, outcomes })
    }
    return records
  }

  /** Stems of what was refused on main. */
  async head(): Promise<string> {
    return this.#stage.git('rev-parse', 'main')
  }

  async #learn(blobs: readonly string[]): Promise<void> {
    const unknown = [...new Set(blobs)].filter((blob) => !this.#known.has(blob))
    if (unknown.length === 0) return
    const input = unknown.map((blob) => `${blob}\n`).join('')
    let rest = await run('git', ['cat-file', '--batch'], this.#stage.repo, { input })
    for (const blob of unknown) {
      const lineEnd = rest.indexOf('\n')
      const size = Number(rest.subarray(0, lineEnd).toString().split(' ')[2])
      this.#known.set(blob, predicateOf(rest.subarray(lineEnd + 1, lineEnd + 1 + size).toString()))
      rest = rest.subarray(lineEnd + 1 + size + 1)
    }
  }
}

/** Of a DSSE envelope around an in-toto statement. Who signed it is for `verify` to say. */
function predicateOf(text: string): Record<string, unknown> {
  const envelope = JSON.parse(text) as { payload: string }
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
    predicate: Record<string, unknown>
  }
  return statement.predicate
}

function outcomeOf(path: string, said: Record<string, unknown>): OutcomeRecord {
  const { status, reason, outputs } = said
  return { path, status: String(status), reason: String(reason), outputs: outputs as Record<string, string> }
}
