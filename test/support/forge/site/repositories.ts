/** Repositories: made, forked, deleted. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../../run-git.js'
import { refreshRefs } from './git-store.js'
import type { Repository, Site, User } from './state.js'

/** The server names the refs that this push must not move at all, or not move back. */
const PRE_RECEIVE = `#!/bin/sh
while read -r old new ref; do
  case " $FORGE_DENIED " in *" $ref "*) echo "error: GH013: Not allowed to push to protected branch $ref" >&2; exit 1;; esac
  case " $FORGE_NO_FORCE " in *" $ref "*)
    case "$old" in *[!0]*) git merge-base --is-ancestor "$old" "$new" || { echo "branch $ref is protected from force push" >&2; exit 1; };; esac;;
  esac
done
`

const CONFIG = [
  // It is thrown away: nobody waits for the disk.
  ['core.fsync', 'none'],
  ['receive.hideRefs', 'refs/pull'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['gc.auto', '0'],
  ['receive.autogc', 'false'],
  ['maintenance.auto', 'false'],
] as const

export interface NewRepository {
  readonly owner: User
  readonly name: string
  readonly isPrivate?: boolean
  readonly defaultBranch?: string
  readonly parent?: Repository
}

const SETTINGS = {
  forgejo: {
    allow_merge_commits: true,
    allow_rebase: true,
    allow_rebase_explicit: true,
    allow_squash_merge: true,
    allow_fast_forward_only_merge: true,
    allow_manual_merge: false,
    autodetect_manual_merge: false,
  },
  github: {
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
  },
}

export async function addRepository(site: Site, spec: NewRepository): Promise<Repository> {
  const id = site.nextId()
  const path = join(site.folder, `${id}.git`)
  const defaultBranch = spec.parent?.defaultBranch ?? spec.defaultBranch ?? 'main'
  await layOut(path, defaultBranch, spec.parent)
  const repo: Repository = {
    id,
    path,
    owner: spec.owner,
    name: spec.name,
    parent: spec.parent ?? null,
    isPrivate: spec.isPrivate ?? spec.parent?.isPrivate ?? false,
    defaultBranch,
    createdAt: site.now(),
    settings: { ...SETTINGS[site.kind] },
    collaborators: new Map(),
    labels: [],
    protections: new Map(),
    rulesets: new Map(),
    hooks: [],
    pulls: new Map(),
    statuses: [],
    activities: [],
    refs: new Map(),
    lastNumber: 0,
    queue: Promise.resolve(),
  }
  await refreshRefs(repo)
  site.repositories.set(id, repo)
  return repo
}

async function layOut(path: string, branch: string, parent: Repository | undefined): Promise<void> {
  await runGit('/', ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, path])
  if (parent !== undefined) await runGit(path, ['fetch', '--quiet', parent.path, 'refs/heads/*:refs/heads/*'])
  const config = CONFIG.map(([key, value]) => `[${key.split('.')[0]}]\n\t${key.split('.')[1]} = ${value}\n`).join('')
  await writeFile(join(path, 'config'), config, { flag: 'a' })
  const hook = join(path, 'hooks', 'pre-receive')
  await mkdir(join(path, 'hooks'), { recursive: true })
  await writeFile(hook, PRE_RECEIVE)
  await chmod(hook, 0o755)
}

export async function removeRepository(site: Site, repo: Repository): Promise<void> {
  site.repositories.delete(repo.id)
  await rm(repo.path, { recursive: true, force: true, maxRetries: 3 })
}
