/** What happened to a pull request, in order: each dialect tells it in its own words. */
import type { Pull, PullEventKind, Site, User } from './state.js'

export function note(site: Site, pull: Pull, by: User | number, event: PullEventKind): void {
  const at = site.now()
  pull.events.push({ ...event, id: site.nextId(), at, by: typeof by === 'number' ? by : by.id })
  pull.updatedAt = at
}

export function setState(site: Site, pull: Pull, by: User, state: 'open' | 'closed'): void {
  if (pull.state === state) return
  pull.state = state
  pull.closedAt = state === 'closed' ? site.now() : null
  note(site, pull, by, { kind: state === 'closed' ? 'close' : 'reopen' })
}
