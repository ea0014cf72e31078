/** A pull request that the forge finds merged, though nobody merged it by page or API. */
import { runGit } from '../../run-git.js'
import { readCommits } from './git-store.js'
import { note } from './pull-events.js'
import type { Pull, Site, User } from './state.js'

/** The first merge on the way from the head to the base, else the head itself. */
export async function mergeCommitOf(pull: Pull, base: string): Promise<string> {
  const range = `${pull.head}..${base}`
  const listing = await runGit(pull.repo.path, ['rev-list', '--ancestry-path', '--merges', '--reverse', range])
  const first = listing.split('\n')[0]
  return first === undefined || first === '' ? pull.head : first
}

/** Forgejo names the account of the commit author's e-mail as who merged, else the owner; GitHub the pusher. */
export async function markMerged(site: Site, pull: Pull, commit: string, pusher: User): Promise<void> {
  const by = site.kind === 'github' ? pusher : await authorOf(site, pull, commit)
  setMerged(site, pull, commit, by)
}

async function authorOf(site: Site, pull: Pull, commit: string): Promise<User> {
  const [facts] = await readCommits(pull.repo, [commit])
  const author = [...site.users.values()].find((user) => user.email === facts?.authorEmail)
  return author ?? pull.repo.owner
}

export function setMerged(site: Site, pull: Pull, commit: string, by: User): void {
  const at = site.now()
  pull.merged = { at, commit, by: by.id }
  pull.state = 'closed'
  pull.closedAt = at
  pull.schedule = null
  note(site, pull, by, { kind: 'merge', commit })
  if (site.kind === 'github') note(site, pull, by, { kind: 'close' })
}
