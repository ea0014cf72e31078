/** GitHub Enterprise: accounts, and what only a site admin may. */
import { type Call, created, empty, ok } from '../http/call.js'
import type { Routes } from '../http/router.js'
import { addToken, addUser, deleteUser } from '../site/accounts.js'
import { Refusal } from '../site/refusal.js'
import { user } from './render.js'

const self = (call: Call) => {
  const { id, email, createdAt } = call.user()
  return { ...user(call.site, id), name: null, email, created_at: new Date(createdAt).toISOString() }
}

export const accountRoutes: Routes = {
  'GET /meta': () => ok({ verifiable_password_authentication: true, installed_version: '3.15.0' }),
  'GET /user': (call) => ok(self(call)),
  'GET /users/:login': (call) => ok(user(call.site, call.otherUser().id)),
  'GET /user/:id': (call) => {
    const id = Number(call.param('id'))
    if (!call.site.users.has(id)) throw new Refusal(404, 'Not Found')
    return ok(user(call.site, id))
  },
  'POST /admin/users': (call) => {
    call.siteAdmin()
    const login = call.requiredText('login')
    if (call.site.userByLogin(login) !== undefined) throw new Refusal(422, 'Validation Failed')
    return created(user(call.site, addUser(call.site, { login }).id))
  },
  'PATCH /admin/users/:login': (call) => {
    call.siteAdmin()
    call.otherUser().login = call.requiredText('login')
    return { status: 202, body: { message: 'Job queued to rename user. It may take a few minutes to complete.' } }
  },
  'DELETE /admin/users/:login': (call) => {
    call.siteAdmin()
    deleteUser(call.site, call.otherUser())
    return empty()
  },
  'POST /admin/users/:login/authorizations': (call) => {
    call.siteAdmin()
    const token = addToken(call.site, call.otherUser(), 'impersonation', call.list('scopes').map(String))
    return created({ id: token.id, token: token.value, scopes: token.scopes })
  },
  'DELETE /admin/users/:login/authorizations': (call) => {
    call.siteAdmin()
    call.otherUser().tokens = []
    return empty()
  },
}
