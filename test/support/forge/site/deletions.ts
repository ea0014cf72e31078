/** A repository goes away: pull requests from it lose their head. */
import { setState } from './pull-events.js'
import { removeRepository } from './repositories.js'
import type { Repository, Site, User } from './state.js'

export async function deleteRepository(site: Site, repo: Repository, by: User): Promise<void> {
  for (const base of site.repositories.values())
    for (const pull of base.pulls.values()) {
      if (pull.headRepo !== repo || base === repo) continue
      // Forgejo closes them, GitHub leaves them open.
      if (site.kind === 'forgejo' && pull.state === 'open') setState(site, pull, by, 'closed')
      pull.headRepo = null
    }
  await removeRepository(site, repo)
}
