/** What each way of merging leaves in git. */
import { commitsOf, isAncestor, makeCommit, mergedTree, readCommits, treeOf } from './git-store.js'
import type { MergeStyle, Pull, Site, User } from './state.js'

export interface MergeSpec {
  readonly style: MergeStyle
  readonly expectedHead: string | null
  readonly message: string | null
}

/** `pull.head` is what is merged. The new tip of the base branch; null: it cannot be merged. */
export function makeMerge(site: Site, pull: Pull, base: string, by: User, spec: MergeSpec): Promise<string | null> {
  const message = spec.message ?? defaultMessage(site, pull)
  switch (spec.style) {
    case 'merge':
      return mergeCommit(site, pull, [base, pull.head], by, message)
    case 'squash':
      return squash(site, pull, base, by, message)
    case 'rebase':
      return rebase(site, pull, base)
    case 'rebase-merge':
      return rebaseAndMerge(site, pull, base, by, message)
    case 'fast-forward-only':
      return isAncestor(pull.repo, base, pull.head).then((can) => (can ? pull.head : null))
    case 'manually-merged':
      return Promise.resolve(null)
  }
}

function defaultMessage(site: Site, pull: Pull): string {
  const from = `${pull.headOwner}/${pull.headBranch}`
  if (site.kind === 'github') return `Merge pull request #${pull.number} from ${from}\n\n${pull.title}`
  return `Merge pull request '${pull.title}' (#${pull.number}) from ${pull.headBranch} into ${pull.baseBranch}`
}

async function mergeCommit(site: Site, pull: Pull, parents: readonly [string, string], by: User, message: string) {
  const tree = await mergedTree(pull.repo, ...parents)
  return tree === null ? null : makeCommit(pull.repo, { tree, parents, message, by, at: site.now() })
}

async function squash(site: Site, pull: Pull, base: string, by: User, message: string): Promise<string | null> {
  const tree = await mergedTree(pull.repo, base, pull.head)
  return tree === null ? null : makeCommit(pull.repo, { tree, parents: [base], message, by, at: site.now() })
}

async function rebase(site: Site, pull: Pull, base: string): Promise<string | null> {
  let tip = base
  for (const commit of await readCommits(pull.repo, await commitsOf(pull.repo, pull.head, [base]))) {
    const tree = await mergedTree(pull.repo, tip, commit.sha)
    if (tree === null) return null
    const by = { login: commit.authorName, email: commit.authorEmail }
    if (tree !== (await treeOf(pull.repo, tip)))
      tip = await makeCommit(pull.repo, { tree, parents: [tip], message: commit.message, by, at: site.now() })
  }
  return tip
}

async function rebaseAndMerge(site: Site, pull: Pull, base: string, by: User, message: string): Promise<string | null> {
  const tip = await rebase(site, pull, base)
  return tip === null ? null : mergeCommit(site, pull, [base, tip], by, message)
}
