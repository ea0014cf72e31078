import type { Refusal } from '../site/refusal.js'
import type { Site } from '../site/state.js'
import type { Answer, Call } from './call.js'
import type { Router } from './router.js'

/** What is different between the forges besides routes and words. */
export interface Dialect {
  /** Where the API is below the forge's address. */
  readonly roots: readonly string[]
  readonly router: Router
  readonly refuse: (refusal: Refusal, site: Site) => Answer
  /** @throws Refusal where the token may not, whatever its owner may */
  readonly requireScope: (call: Call, path: string) => void
  /** Headers that go on each answer; a 304 in place of one that has not changed. */
  readonly dress: (call: Call, answer: Answer) => Answer
}
