/** A pull request as people see it at the forge. */

import type { Pull } from '../../../test/support/forge/site/state.js'
import { combinedState, latestStatuses } from '../../../test/support/forge/site/statuses.js'
import { plain, quoted } from '../../../vault/prose/plain.js'
import type { Teller } from '../teller.js'

/** One line: state, labels, status of its head. */
export function showPull(teller: Teller, pull: Pull): void {
  const { number, title, state, merged, labels, repo, head } = pull
  const statuses = latestStatuses(repo, head)
  const words = [
    merged === null ? state : 'merged',
    ...labels.map(({ name }) => `[${plain(name, 40)}]`),
    ...(statuses.length === 0 ? [] : [`status ${combinedState(statuses)}`]),
  ]
  teller.note(`pull request #${number} "${plain(title, 100)}": ${words.join(', ')}`)
}

/** The dispatcher's one comment, as it is now. */
export function showComment(teller: Teller, pull: Pull, mostLines = 60): void {
  for (const { body } of pull.comments) teller.indent(quoted(body, mostLines).join('\n'))
}

/** Throws where the dispatcher did not write what is told of it. */
export function mustSay(pull: Pull, words: string): void {
  const [comment, ...more] = pull.comments
  if (comment?.body.includes(words) === true && more.length === 0) return
  throw new Error(`the demo did not go as told: #${pull.number} has no comment, or another one, than: ${words}`)
}
