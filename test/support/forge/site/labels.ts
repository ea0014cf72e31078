/** Labels of a repository, and on pull requests. */
import { note } from './pull-events.js'
import { Refusal } from './refusal.js'
import type { Label, Pull, Repository, Site, User } from './state.js'

export function findLabel(repo: Repository, wanted: unknown): Label | undefined {
  return repo.labels.find((label) => label.id === wanted || label.name === wanted)
}

export function addLabel(site: Site, repo: Repository, name: string, color: string, description: string): Label {
  const isThere = repo.labels.some((each) => each.name.toLowerCase() === name.toLowerCase())
  // Forgejo does not mind two of one name.
  if (isThere && site.kind === 'github')
    throw new Refusal(422, 'Validation Failed', {
      errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }],
    })
  const label = { id: site.nextId(), name, color: color.replace(/^#/, ''), description }
  repo.labels.push(label)
  return label
}

/** GitHub makes what is missing; Forgejo leaves it out. */
export function putLabels(site: Site, pull: Pull, by: User, wanted: readonly unknown[]): void {
  for (const each of wanted) {
    const label =
      findLabel(pull.repo, each) ??
      (site.kind === 'github' ? addLabel(site, pull.repo, String(each), 'ededed', '') : null)
    if (label === null || pull.labels.includes(label)) continue
    pull.labels.push(label)
    note(site, pull, by, { kind: 'label', label, added: true })
  }
}

export function takeLabel(site: Site, pull: Pull, by: User, label: Label): void {
  if (!pull.labels.includes(label)) {
    if (site.kind === 'forgejo') return
    throw new Refusal(404, 'Label does not exist')
  }
  pull.labels = pull.labels.filter((each) => each !== label)
  note(site, pull, by, { kind: 'label', label, added: false })
}
