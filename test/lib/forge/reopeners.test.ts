import { expect, it } from 'vitest'
import { reopenersOf } from '../../../lib/forge/reopeners.js'
import type { Account } from '../../../vault/forge/fact.js'

const person = (id: number, kind: Account['kind'] = 'person'): Account => ({ id, login: `p${id}`, kind })
const [AMY, BOB, GHOST] = [person(1), person(2), person(-1, 'ghost')]
const back = (by: Account) => ({ isBack: true, by })
const again = (by: Account) => ({ isBack: false, by })

it.each([
  ['nobody, where nothing was taken back', [], []],
  ['nobody, where it stays so', [back(AMY)], []],
  ['nobody, where they put their own slip right', [back(AMY), again(AMY)], []],
  ['who opens again what another one closed', [back(AMY), again(BOB)], [BOB]],
  ['also before their own slip', [back(AMY), again(BOB), back(BOB), again(BOB)], [BOB]],
  ['also of who is gone, as nobody can say who that was', [back(GHOST), again(GHOST)], [GHOST]],
  ['who opens it with no closing told', [again(BOB)], [BOB]],
])('%s', (_, turns, found) => {
  expect(reopenersOf(turns)).toEqual(found)
})

it("whoever says that another's draft is ready, and not its author", () => {
  expect(reopenersOf([again(BOB)], AMY)).toEqual([BOB])
  expect(reopenersOf([again(AMY)], AMY)).toEqual([])
})
