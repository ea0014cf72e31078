/** Deliveries of webhooks, signed as each dialect signs them. Nobody waits for them. */
import { createHmac, randomUUID } from 'node:crypto'
import { fullName, type Hook, type Pull, type RefMove, type Repository, type Site, type User } from './state.js'

export type Happening =
  | { readonly event: 'push'; readonly by: User; readonly move: RefMove }
  | { readonly event: 'pull_request'; readonly action: string; readonly by: User; readonly pull: Pull }
  | { readonly event: 'issue_comment'; readonly by: User; readonly pull: Pull }
  | { readonly event: 'review'; readonly by: User; readonly pull: Pull; readonly state: string }

const FORGEJO_REVIEWS: Readonly<Record<string, string>> = {
  approved: 'pull_request_approved',
  changes_requested: 'pull_request_rejected',
}

function eventName(site: Site, what: Happening): string {
  if (what.event !== 'review') return what.event
  if (site.kind === 'github') return 'pull_request_review'
  return FORGEJO_REVIEWS[what.state] ?? 'pull_request_comment'
}

export function notifyHooks(site: Site, repo: Repository, what: Happening): void {
  const event = eventName(site, what)
  for (const hook of repo.hooks)
    if (hook.active && hears(hook, event)) void deliver(site, hook, event, payload(repo, what))
}

const hears = (hook: Hook, event: string): boolean =>
  hook.events.includes('*') || hook.events.some((each) => event === each || event.startsWith(`${each}_`))

function payload(repo: Repository, what: Happening): Record<string, unknown> {
  const sender = { id: what.by.id, login: what.by.login }
  const repository = { id: repo.id, full_name: fullName(repo), default_branch: repo.defaultBranch }
  if (what.event === 'push')
    return { ref: what.move.ref, before: what.move.before, after: what.move.after, repository, sender }
  const action = what.event === 'pull_request' ? what.action : 'created'
  return { action, number: what.pull.number, repository, sender }
}

async function deliver(site: Site, hook: Hook, event: string, body: unknown): Promise<void> {
  const raw = JSON.stringify(body)
  const digest = hook.secret === '' ? '' : createHmac('sha256', hook.secret).update(raw).digest('hex')
  const id = randomUUID()
  const headers: Record<string, string> =
    site.kind === 'github'
      ? { 'X-GitHub-Event': event, 'X-GitHub-Delivery': id }
      : {
          ...{ 'X-Forgejo-Event': event, 'X-Gitea-Event': event, 'X-GitHub-Event': event, 'X-Forgejo-Delivery': id },
          ...{ 'X-Forgejo-Signature': digest, 'X-Gitea-Signature': digest },
        }
  if (digest !== '' || site.kind === 'forgejo') headers['X-Hub-Signature-256'] = `sha256=${digest}`
  try {
    await fetch(hook.url, { method: 'POST', body: raw, headers: { 'Content-Type': 'application/json', ...headers } })
  } catch {
    // A forge does not mind either.
  }
}

export function addHook(
  site: Site,
  repo: Repository,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const config = (body['config'] ?? {}) as Readonly<Record<string, string>>
  const events = Array.isArray(body['events']) ? body['events'].map(String) : ['push']
  const hook: Hook = {
    id: site.nextId(),
    url: config['url'] ?? '',
    secret: config['secret'] ?? '',
    events,
    active: body['active'] !== false,
  }
  repo.hooks.push(hook)
  return { id: hook.id, active: hook.active, events, config: { url: hook.url, content_type: 'json' } }
}
