/**
 * Real repositories from object literals:
 *
 *     const remote = await makeRemote()
 *     const alice = await remote.key('alice')
 *     const main = await remote.commit({ files: { 'policy.toml': 'version = 1\n' }, sign: alice })
 *     const head = await remote.commit({ branch: 'vault/x', parent: main, files: { 'vault/actions/x.toml': '…' } })
 *     await remote.merge({ parents: [main, head], sign: alice })
 *     await remote.remove()
 *
 * Commits are made in the bare remote itself, as a push of exactly these objects would leave it; `clone` and `push` are
 * there for tests of pushing as such.
 */
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Oid, oid } from '../../vault/oid.js'
import { type Files, importCommits } from './import-commits.js'
import { type GitRun, runGit } from './run-git.js'
import { makeKey, type TestKey } from './ssh-key.js'

export type { Files } from './import-commits.js'
export { allowedSigners, personEnvironment, type TestKey } from './ssh-key.js'

export interface CommitSpec {
  /** Branch name or full ref that is set to the commit; default the main branch. `null`: no ref moves. */
  readonly branch?: string | null
  /** Default: the branch's tip, else main's tip, else none. `null`: a root commit. */
  readonly parent?: Oid | null
  /** Path to text, bytes, `null` (deleted), or `{ mode, … }`. Folders are made as needed. */
  readonly files?: Files
  readonly message?: string
  readonly sign?: TestKey
  readonly author?: { readonly name: string; readonly email: string }
  /** Epoch seconds; default: a second after the commit made before. */
  readonly at?: number
}

export interface MergeSpec extends Omit<CommitSpec, 'parent'> {
  /** Any number, in any order. */
  readonly parents: readonly Oid[]
  /** Default: what `git merge` would make of the first two, if it is clean. `files` are laid over it. */
  readonly tree?: Oid
}

export interface RawEntry {
  readonly mode: string
  readonly name: string | Uint8Array
  readonly oid: Oid
}

export interface RemoteSpec {
  readonly branch?: string
  readonly objectFormat?: 'sha1' | 'sha256'
}

/**
 * No housekeeping in the middle of a test, no waiting for the disk: it ends with the test. Written, not told to git: that
 * is a process a line, in front of each test.
 */
const CONFIG = '[gc]\n\tauto = 0\n[receive]\n\tautogc = 0\n[maintenance]\n\tauto = 0\n[core]\n\tfsync = none\n'

export async function makeRemote(spec: RemoteSpec = {}): Promise<TestRemote> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-git-'))
  const path = join(folder, 'remote.git')
  const branch = spec.branch ?? 'main'
  const format = `--object-format=${spec.objectFormat ?? 'sha1'}`
  await runGit(folder, ['init', '--quiet', '--bare', '--template=', format, `--initial-branch=${branch}`, path])
  await appendFile(join(path, 'config'), CONFIG)
  return new TestRemote(folder, path, branch)
}

export class TestRemote {
  readonly #keys = new Map<string, Promise<TestKey>>()
  #clock = Date.UTC(2026, 0, 1) / 1000
  #clones = 0

  constructor(
    /** Temporary folder of this remote and all that belongs to it. */
    readonly folder: string,
    /** The bare repository; also its URL. */
    readonly path: string,
    readonly branch: string,
  ) {}

  get url(): string {
    return this.path
  }

  git(args: readonly string[], options: GitRun = {}): Promise<string> {
    return runGit(this.path, args, options)
  }

  /** The same name gives the same key. */
  key(name: string): Promise<TestKey> {
    const key = this.#keys.get(name) ?? makeKey(join(this.folder, 'keys'), name)
    this.#keys.set(name, key)
    return key
  }

  async commit(spec: CommitSpec = {}): Promise<Oid> {
    const parent = spec.parent === undefined ? await this.#defaultParent(spec) : spec.parent
    return this.#make(spec, parent === null ? [] : [parent], null)
  }

  /** Many unsigned commits, each on its own branch, by one process. In the order of the specs. */
  async commits(specs: readonly Omit<CommitSpec, 'sign'>[]): Promise<readonly Oid[]> {
    const main = await this.ref(this.branch)
    return importCommits(
      this.path,
      specs.map((spec) => {
        const parent = spec.parent === undefined ? main : spec.parent
        const parents = parent === null ? [] : [parent]
        return { ...this.#defaults(spec), ref: this.#refOf(spec.branch), parents, tree: null }
      }),
    )
  }

  async merge(spec: MergeSpec): Promise<Oid> {
    return this.#make(spec, spec.parents, spec.tree ?? (await this.mergedTree(spec.parents)))
  }

  /** The tree of a clean merge of the first two. */
  async mergedTree(parents: readonly Oid[]): Promise<Oid> {
    const [first, second] = parents
    if (first === undefined) throw new Error('a merge has parents')
    if (second === undefined) return oid(await this.git(['rev-parse', `${first}^{tree}`]))
    return oid(await this.git(['merge-tree', '--write-tree', first, second]))
  }

  /** An object of exactly these bytes, well-formed or not. */
  async object(type: string, bytes: string | Uint8Array): Promise<Oid> {
    return oid(await this.git(['hash-object', '-t', type, '-w', '--stdin', '--literally'], { input: bytes }))
  }

  /** Takes an object away, as a damaged server would have lost it. */
  async loseObject(id: Oid): Promise<void> {
    await this.#loosen()
    await rm(join(this.path, 'objects', id.slice(0, 2), id.slice(2)))
  }

  /** A tree of exactly these entries, in this order: git would sort them and refuse some. */
  rawTree(entries: readonly RawEntry[]): Promise<Oid> {
    const parts = entries.flatMap(({ mode, name, oid: id }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ])
    return this.object('tree', Buffer.concat(parts))
  }

  /** A branch name or a full ref name; null where there is none. */
  async ref(name: string): Promise<Oid | null> {
    return (await this.#refs()).get(fullRef(name)) ?? null
  }

  async setRef(name: string, to: Oid | null): Promise<void> {
    await this.git(to === null ? ['update-ref', '-d', fullRef(name)] : ['update-ref', fullRef(name), to])
  }

  /** A ref to anything, malformed or missing: what only a hostile or damaged server has. */
  async forceRef(name: string, to: Oid): Promise<void> {
    const path = join(this.path, fullRef(name))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${to}\n`)
  }

  /** A file's text at a branch, ref or commit; null where there is none. */
  async read(revision: string, path: string): Promise<string | null> {
    const spec = `${revision}:${path}`
    const text = await this.git(['cat-file', 'blob', spec], { mayFail: true })
    // Nothing is what an empty file has, and what there is of none.
    return text !== '' || (await this.git(['cat-file', '-t', spec], { mayFail: true })) === 'blob' ? text : null
  }

  /** Paths below a folder (all when empty), as `git ls-tree -r` lists them. */
  async paths(revision: string, folder = ''): Promise<readonly string[]> {
    const where = folder === '' ? [] : ['--', folder]
    const listing = await this.git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', revision, ...where])
    return listing.split('\0').filter((path) => path !== '')
  }

  /** Puts a shell script as a hook of the remote, for a server that refuses, stalls, or dies. */
  async hook(name: string, script: string): Promise<void> {
    const path = join(this.path, 'hooks', name)
    await mkdir(join(this.path, 'hooks'), { recursive: true })
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
  }

  /** A clone with a work tree. */
  async clone(name = `clone-${this.#clones++}`): Promise<string> {
    const path = join(this.folder, name)
    await runGit(this.folder, ['clone', '--quiet', '--template=', this.path, path])
    return path
  }

  /** Pushes from a repository as git would, with its own checks. `refspecs` as git takes them: `+a:refs/heads/b`. */
  async push(from: string, ...refspecs: readonly string[]): Promise<void> {
    await runGit(from, ['push', '--quiet', this.path, ...refspecs])
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  async #defaultParent(spec: CommitSpec): Promise<Oid | null> {
    const refs = await this.#refs()
    const ref = this.#refOf(spec.branch)
    return (ref === null ? undefined : refs.get(ref)) ?? refs.get(fullRef(this.branch)) ?? null
  }

  /** By full name. */
  async #refs(): Promise<ReadonlyMap<string, Oid>> {
    const listing = await this.git(['for-each-ref', '--format=%(objectname) %(refname)'])
    const lines = listing.split('\n').filter((line) => line !== '')
    return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), oid(line.slice(0, line.indexOf(' ')))]))
  }

  /** Unpacks what fast-import packed, so that single objects can be taken away. */
  async #loosen(): Promise<void> {
    const folder = join(this.path, 'objects', 'pack')
    const packs = (await readdir(folder)).filter((name) => name.endsWith('.pack'))
    for (const name of packs) {
      const pack = await readFile(join(folder, name))
      for (const ending of ['.pack', '.idx', '.rev'])
        await rm(join(folder, name.replace('.pack', ending)), { force: true })
      await this.git(['unpack-objects', '-q'], { input: pack })
    }
  }

  #refOf(branch: string | null | undefined): string | null {
    return branch === null ? null : fullRef(branch ?? this.branch)
  }

  #defaults(spec: CommitSpec) {
    const at = spec.at ?? this.#clock++
    const author = spec.author ?? { name: 'Test', email: 'test@example.org' }
    return { author, at, message: spec.message ?? 'a commit\n', files: spec.files ?? {} }
  }

  async #make(spec: CommitSpec, parents: readonly Oid[], tree: Oid | null): Promise<Oid> {
    const ref = this.#refOf(spec.branch)
    const what = { ...this.#defaults(spec), parents, tree }
    if (spec.sign === undefined) return first(await importCommits(this.path, [{ ...what, ref }]))
    const unsigned = first(await importCommits(this.path, [{ ...what, ref: null }]))
    const signed = await this.#signed(unsigned, parents, what, spec.sign)
    if (ref !== null) await this.setRef(ref, signed)
    return signed
  }

  async #signed(
    unsigned: Oid,
    parents: readonly Oid[],
    { author, at, message }: { author: { name: string; email: string }; at: number; message: string },
    key: TestKey,
  ): Promise<Oid> {
    const date = `${at} +0000`
    const env = {
      ...{ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: date },
      ...{ GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email, GIT_COMMITTER_DATE: date },
    }
    const config = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key.path}`]
    const links = parents.flatMap((parent) => ['-p', parent])
    const args = [...config, 'commit-tree', '-S', ...links, `${unsigned}^{tree}`]
    return oid(await this.git(args, { input: message, env }))
  }
}

function fullRef(name: string): string {
  return name.startsWith('refs/') ? name : `refs/heads/${name}`
}

function first(oids: readonly Oid[]): Oid {
  const [only] = oids
  if (only === undefined) throw new Error('no commit was made')
  return only
}
