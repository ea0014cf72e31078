/** The pull requests of a repository, newest first. */
import { fullName, type Pull, type Repository, type Site } from '../site/state.js'
import { html, type Markup } from './markup.js'
import { labelsOf, loginOf, pathOf, stateOf, statusesOf } from './pull-parts.js'

export function renderRepository(site: Site, repo: Repository): Markup {
  const pulls = [...repo.pulls.values()].reverse()
  const rows =
    pulls.length === 0 ? html`<tr><td colspan="5">None yet.</td></tr>` : pulls.map((pull) => renderRow(site, pull))
  return html`<h2><bdi>${fullName(repo)}</bdi></h2>
<table>
<tr><th>Pull request</th><th>By</th><th>State</th><th>Labels</th><th>Status of its head</th></tr>
${rows}
</table>
`
}

function renderRow(site: Site, pull: Pull): Markup {
  return html`<tr>
<td><a href="${pathOf(site, pull)}">#${pull.number} <bdi>${pull.title}</bdi></a></td>
<td><bdi>${loginOf(site, pull.author)}</bdi></td><td>${stateOf(pull)}</td><td>${labelsOf(pull)}</td><td>${statusesOf(pull)}</td>
</tr>
`
}
