import { type Oid, parseOid } from '../../vault/oid.js'
import type { Consolidation } from './consolidation.js'
import type { GitContext } from './context.js'
import { commitStream, notesStream } from './fast-import-stream.js'
import { GitError } from './git-error.js'
import { runLocal } from './local-process.js'
import type { CommitDraft, Writer } from './port.js'

const FAST_IMPORT = ['fast-import', '--quiet', '--done', '--date-format=raw']

export class GitWriter implements Writer {
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly context: GitContext,
    private readonly consolidation: Consolidation,
    private readonly oidLength: number,
  ) {}

  async commit(draft: CommitDraft): Promise<Oid> {
    return this.#import(commitStream(draft, this.oidLength))
  }

  async notesCommit(
    parent: Oid | null,
    notes: ReadonlyMap<Oid, string>,
    draft: Omit<CommitDraft, 'parents' | 'edits'>,
  ): Promise<Oid> {
    return this.#import(notesStream({ ...draft, parents: parent === null ? [] : [parent] }, notes, this.oidLength))
  }

  /** One at a time: they share the name of a ref while they build. */
  #import(stream: Buffer): Promise<Oid> {
    const next = this.#last.then(() => this.#run(stream))
    this.#last = next.catch(() => {})
    return next
  }

  async #run(stream: Buffer): Promise<Oid> {
    const { stdout } = await runLocal(this.context, FAST_IMPORT, { input: stream })
    const commit = parseOid(stdout.toString('latin1').trim())
    if (commit === null) throw new GitError('failed', 'git fast-import: it did not name the commit')
    await this.consolidation.packAdded()
    return commit
  }
}
