/** Forgejo: accounts, tokens, and what only a site admin may. */
import { type Call, created, empty, ok } from '../http/call.js'
import type { Routes } from '../http/router.js'
import { addToken, addUser, deleteUser, removeTraces } from '../site/accounts.js'
import { Refusal } from '../site/refusal.js'
import { removeRepository } from '../site/repositories.js'
import { user } from './render.js'

const self = (call: Call) => {
  const { id, email, isSiteAdmin } = call.user()
  return { ...user(call.site, id), email, is_admin: isSiteAdmin, active: true }
}

export const accountRoutes: Routes = {
  'GET /version': () => ok({ version: '10.0.0-test+gitea-1.22.0' }),
  'GET /settings/api': () => ok({ max_response_items: 50, default_paging_num: 30 }),
  'GET /user': (call) => ok(self(call)),
  'GET /users/:login': (call) => ok(user(call.site, call.otherUser().id)),
  'POST /users/:login/tokens': (call) => {
    if (call.user().id !== call.otherUser().id || call.caller?.token !== null) throw new Refusal(401, 'auth required')
    const token = addToken(call.site, call.user(), call.requiredText('name'), call.list('scopes').map(String))
    return created({
      id: token.id,
      name: token.name,
      sha1: token.value,
      token_last_eight: token.value.slice(-8),
      scopes: token.scopes,
    })
  },
  'DELETE /users/:login/tokens/:token': (call) => {
    const owner = call.otherUser()
    owner.tokens = owner.tokens.filter((each) => each.name !== call.param('token'))
    return empty()
  },
  'POST /admin/users': (call) => {
    call.siteAdmin()
    const login = call.requiredText('username')
    if (call.site.userByLogin(login) !== undefined) throw new Refusal(422, `user already exists [name: ${login}]`)
    const email = call.requiredText('email')
    const isUsed = [...call.site.users.values()].some((user) => user.email === email)
    if (isUsed) throw new Refusal(422, `e-mail already in use [email: ${email}]`)
    const added = addUser(call.site, {
      login,
      email,
      password: call.requiredText('password'),
    })
    return created(user(call.site, added.id))
  },
  'PATCH /admin/users/:login': (call) => {
    call.siteAdmin()
    const other = call.otherUser()
    if (typeof call.body['admin'] === 'boolean') Object.assign(other, { isSiteAdmin: call.body['admin'] })
    return ok(user(call.site, other.id))
  },
  'POST /admin/users/:login/rename': (call) => {
    call.siteAdmin()
    call.otherUser().login = call.requiredText('new_username')
    return empty()
  },
  'DELETE /admin/users/:login': async (call) => {
    call.siteAdmin()
    const other = call.otherUser()
    const owned = [...call.site.repositories.values()].filter((repo) => repo.owner === other)
    if (owned.length > 0 && call.url.searchParams.get('purge') !== 'true')
      throw new Refusal(422, 'user still owns repositories')
    for (const repo of owned) await removeRepository(call.site, repo)
    if (call.url.searchParams.get('purge') === 'true') removeTraces(call.site, other)
    deleteUser(call.site, other)
    return empty()
  },
}
