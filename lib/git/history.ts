import type { ChangeSet } from '../../vault/git-facts.js'
import { type Oid, oid } from '../../vault/oid.js'
import type { GitContext } from './context.js'
import { FirstParentLine } from './first-parent-line.js'
import { GitError } from './git-error.js'
import { runLocal } from './local-process.js'
import { LINE_LOG_FORMAT, LineLogParser } from './parse-line-log.js'
import { pathToBytes } from './path-text.js'
import type { History, LineCommit, Objects } from './port.js'
import { diffTrees } from './tree-diff.js'

export class GitHistory implements History {
  readonly #line: FirstParentLine

  constructor(
    private readonly context: GitContext,
    private readonly objects: Objects,
  ) {
    this.#line = new FirstParentLine(context, objects)
  }

  async newCommits(heads: readonly Oid[], from: Oid): Promise<ReadonlyMap<Oid, readonly Oid[]>> {
    const commits = new Map<Oid, readonly Oid[]>()
    if (heads.length === 0) return commits
    const input = `^${from}\n${[...new Set(heads)].join('\n')}\n`
    const { stdout } = await runLocal(this.context, ['rev-list', '--parents', '--stdin'], { input })
    for (const line of stdout.toString('latin1').split('\n')) {
      if (line === '') continue
      const [commit, ...parents] = line.split(' ').map(oid)
      if (commit !== undefined) commits.set(commit, parents)
    }
    return commits
  }

  async mergeBases(a: Oid, b: Oid): Promise<readonly Oid[]> {
    // Exit code 1: there is none.
    const { stdout } = await runLocal(this.context, ['merge-base', '--all', '--end-of-options', a, b], {
      okCodes: [0, 1],
    })
    const lines = stdout.toString('latin1').split('\n')
    return lines.filter((line) => line !== '').map(oid)
  }

  isOnFirstParentLine(ancestor: Oid, descendant: Oid): Promise<boolean> {
    return this.#line.has(ancestor, descendant)
  }

  walkLine(to: Oid, see: (commit: Oid) => boolean): Promise<boolean> {
    return this.#line.walk(to, see)
  }

  line(from: Oid | null, to: Oid, paths: readonly string[]): Promise<readonly LineCommit[]> {
    return this.#log([], from, to, paths)
  }

  deletions(from: Oid, to: Oid, paths: readonly string[]): Promise<readonly LineCommit[]> {
    return this.#log(['--diff-filter=D'], from, to, paths)
  }

  async #log(
    more: readonly string[],
    from: Oid | null,
    to: Oid,
    paths: readonly string[],
  ): Promise<readonly LineCommit[]> {
    if (paths.length === 0) throw new TypeError('a line wants the paths to look at')
    const range = from === null ? to : `${from}..${to}`
    const parser = new LineLogParser()
    await runLocal(this.context, [...LOG, ...more, '--end-of-options', range, '--', ...paths.map(pathArgument)], {
      consume: (chunk) => {
        parser.push(chunk)
        return false
      },
    })
    return parser.end()
  }

  diff(from: Oid, to: Oid, paths: readonly string[], max: number): Promise<ChangeSet> {
    return diffTrees(this.objects, from, to, paths, max)
  }
}

/** Each option is said, so that no configuration decides; renames never are detected (field failures 38, 48). */
const LOG = [
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--reverse',
  '--root',
  '--raw',
  '-z',
  '--no-renames',
  '--no-abbrev',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-show-signature',
  '--no-notes',
  '--no-decorate',
  '--ignore-submodules=none',
  LINE_LOG_FORMAT,
]

function pathArgument(path: string): string {
  if (path === '' || path.includes('\0') || !pathToBytes(path).equals(Buffer.from(path, 'utf8'))) {
    throw new GitError('failed', `this path cannot be asked for: ${JSON.stringify(path.slice(0, 200))}`)
  }
  return path
}
