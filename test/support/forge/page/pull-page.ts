/** One pull request: what it says of itself, and what was said of it, in order. Text is shown as it was written, not rendered. */
import type { Comment, Pull, Review, Site } from '../site/state.js'
import { html, type Markup } from './markup.js'
import { labelsOf, loginOf, stateOf, statusesOf } from './pull-parts.js'

export function renderPull(site: Site, pull: Pull): Markup {
  return html`<p><a href="/">all pull requests</a></p>
<table>
<tr><th>State</th><td>${stateOf(pull)}${mergeOf(site, pull)}</td></tr>
<tr><th>By</th><td><bdi>${loginOf(site, pull.author)}</bdi></td></tr>
<tr><th>Branch</th><td><bdi>${pull.headBranch}</bdi> into <bdi>${pull.baseBranch}</bdi></td></tr>
<tr><th>Head</th><td><code>${pull.head}</code></td></tr>
<tr><th>Labels</th><td>${labelsOf(pull)}</td></tr>
<tr><th>Status of its head</th><td>${statusesOf(pull)}</td></tr>
</table>
<h2>Description</h2>
<pre>${pull.body}</pre>
${saidOf(site, pull)}`
}

function mergeOf(site: Site, { merged }: Pull): Markup {
  return merged === null ? html`` : html` by <bdi>${loginOf(site, merged.by)}</bdi> as <code>${merged.commit}</code>`
}

function saidOf(site: Site, { reviews, comments }: Pull): readonly Markup[] {
  const said = [
    ...reviews.map((review) => ({ at: review.submittedAt, markup: renderReview(site, review) })),
    ...comments.map((comment) => ({ at: comment.createdAt, markup: renderComment(site, comment) })),
  ]
  return said.sort((one, other) => one.at - other.at).map(({ markup }) => markup)
}

function renderReview(site: Site, { by, state, dismissed, commit, body, submittedAt }: Review): Markup {
  const words = `${state.replace('_', ' ')}${dismissed ? ', dismissed' : ''}`
  return html`<h2>Review of <bdi>${loginOf(site, by)}</bdi>: ${words} <span class="note">${timeOf(submittedAt)}</span></h2>
<p class="note">of <code>${commit}</code></p>
<pre>${body}</pre>
`
}

function renderComment(site: Site, { by, body, createdAt, updatedAt }: Comment): Markup {
  const edited = updatedAt > createdAt ? `, edited ${timeOf(updatedAt)}` : ''
  return html`<h2>Comment of <bdi>${loginOf(site, by)}</bdi> <span class="note">${timeOf(createdAt)}${edited}</span></h2>
<pre>${body}</pre>
`
}

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
