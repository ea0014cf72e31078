import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Oid, oid } from '../../vault/oid.js'
import { runGit } from './run-git.js'

type FileContent = string | Uint8Array

/** `null` deletes. A symlink's content is its target; with `oid` anything is placed: a submodule, a tree, another's blob. */
export type Files = Readonly<
  Record<
    string,
    | FileContent
    | null
    | { readonly mode: '100644' | '100755' | '120000'; readonly content: FileContent }
    | { readonly mode: string; readonly oid: Oid }
  >
>

export interface ImportedCommit {
  /** Full ref to set; null: none. */
  readonly ref: string | null
  readonly parents: readonly Oid[]
  /** Starts from this tree; null: from the first parent's. */
  readonly tree: Oid | null
  readonly files: Files
  readonly message: string
  readonly author: { readonly name: string; readonly email: string }
  readonly at: number
}

/** Makes commits by one `git fast-import`, in a bare repository. */
export async function importCommits(path: string, commits: readonly ImportedCommit[]): Promise<readonly Oid[]> {
  const zero = '0'.repeat(await oidLength(path))
  const parts: Buffer[] = []
  const line = (text: string) => parts.push(Buffer.from(`${text}\n`))
  const data = (content: FileContent) => {
    const bytes = Buffer.from(content)
    line(`data ${bytes.length}`)
    parts.push(bytes, Buffer.from('\n'))
  }
  line('feature done')
  for (const [index, commit] of commits.entries()) {
    const ref = commit.ref ?? 'refs/test/nowhere'
    // Without this, fast-import refuses to leave a branch that it has not seen move on.
    line(`reset ${ref}`)
    line(`from ${zero}`)
    line('')
    line(`commit ${ref}`)
    line(`mark :${index + 1}`)
    const person = `${commit.author.name} <${commit.author.email}> ${commit.at} +0000`
    line(`author ${person}`)
    line(`committer ${person}`)
    data(commit.message)
    const [first, ...others] = commit.parents
    if (first !== undefined) line(`from ${first}`)
    for (const other of others) line(`merge ${other}`)
    if (commit.tree !== null) line(`M 040000 ${commit.tree} ""`)
    for (const [file, content] of Object.entries(commit.files)) writeFileCommand(file, content, line, data)
    line(`get-mark :${index + 1}`)
  }
  line('reset refs/test/nowhere')
  line(`from ${zero}`)
  line('')
  line('done')
  const output = await runGit(path, ['fast-import', '--quiet', '--done', '--date-format=raw', '--force'], {
    input: Buffer.concat(parts),
  })
  return output
    .split('\n')
    .filter((each) => each !== '')
    .map(oid)
}

/** As git would say, without a process for it: each commit of a test comes by here. */
async function oidLength(bareRepository: string): Promise<number> {
  const config = await readFile(join(bareRepository, 'config'), 'utf8')
  return /^\s*objectformat = sha256$/im.test(config) ? 64 : 40
}

function writeFileCommand(
  file: string,
  content: Files[string] | undefined,
  line: (text: string) => void,
  data: (content: FileContent) => void,
): void {
  const path = `"${[...Buffer.from(file)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`
  if (content === null || content === undefined) line(`D ${path}`)
  else if (typeof content === 'string' || content instanceof Uint8Array) {
    line(`M 100644 inline ${path}`)
    data(content)
  } else if ('oid' in content) line(`M ${content.mode} ${content.oid} ${path}`)
  else {
    line(`M ${content.mode} inline ${path}`)
    data(content.content)
  }
}
