/** What list and page of pull requests have in common. */

import { fullName, type Pull, type Site } from '../site/state.js'
import { latestStatuses } from '../site/statuses.js'
import { html, type Markup } from './markup.js'

/** Where each forge has it, so that the links in what the dispatcher prints lead here. */
export function pathOf(site: Site, { repo, number }: Pull): string {
  return `/${fullName(repo)}/${site.kind === 'github' ? 'pull' : 'pulls'}/${number}`
}

export const loginOf = (site: Site, id: number): string => site.users.get(id)?.login ?? 'ghost'

export function stateOf({ state, merged }: Pull): Markup {
  const word = merged === null ? state : 'merged'
  return html`<span class="${word}">${word}</span>`
}

export function labelsOf({ labels }: Pull): readonly Markup[] {
  return labels.map(({ name }) => html`<span class="tag"><bdi>${name}</bdi></span> `)
}

const COLOURED = new Set(['pending', 'success', 'failure', 'error'])

export function statusesOf({ repo, head }: Pull): readonly Markup[] {
  return latestStatuses(repo, head).map(
    ({ context, state, description }) =>
      html`<span class="${COLOURED.has(state) ? state : 'note'}"><bdi>${context}</bdi>: <bdi>${state}</bdi></span>, <bdi>${description}</bdi><br>`,
  )
}
