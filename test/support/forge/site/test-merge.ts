/** GitHub shows a merge commit before there is one: never what was merged. */
import { branchTip, makeCommit, mergedTree, setRef } from './git-store.js'
import type { Pull, Site } from './state.js'

/** GitHub makes it when somebody looks at the single pull request; until then the old one stays, or none. */
export async function refreshTestMerge(site: Site, pull: Pull): Promise<void> {
  const base = branchTip(pull.repo, pull.baseBranch)
  const of = `${base} ${pull.head}`
  if (base === null || pull.state === 'closed' || pull.testMerge?.of === of) return
  const tree = await mergedTree(pull.repo, base, pull.head)
  if (tree === null) {
    pull.testMerge = { of, commit: null }
    return
  }
  const by = { login: 'GitHub', email: 'noreply@github.com' }
  const message = `Merge ${pull.head} into ${base}`
  const commit = await makeCommit(pull.repo, { tree, parents: [base, pull.head], message, by, at: site.now() })
  pull.testMerge = { of, commit }
  await setRef(pull.repo, `refs/pull/${pull.number}/merge`, commit)
}
