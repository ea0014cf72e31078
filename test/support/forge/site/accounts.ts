/** Accounts: who is there, and whose token it is. A login may change hands; an id never does. */
import { randomBytes } from 'node:crypto'
import type { Site, Token, User } from './state.js'

export interface NewUser {
  readonly login: string
  readonly email?: string
  readonly password?: string
  readonly isSiteAdmin?: boolean
  readonly type?: 'User' | 'Bot'
}

export function addUser(site: Site, spec: NewUser): User {
  const user: User = {
    id: site.nextId(),
    login: spec.login,
    email: spec.email ?? `${spec.login}@example.org`,
    type: spec.type ?? 'User',
    isSiteAdmin: spec.isSiteAdmin ?? false,
    password: spec.password ?? randomBytes(12).toString('hex'),
    createdAt: site.now(),
    tokens: [],
  }
  site.users.set(user.id, user)
  return user
}

export function addToken(site: Site, user: User, name: string, scopes: readonly string[]): Token {
  const value = site.kind === 'github' ? `ghp_${randomBytes(18).toString('hex')}` : randomBytes(20).toString('hex')
  const token = { id: site.nextId(), name, value, scopes }
  user.tokens.push(token)
  return token
}

/** What he wrote stays, and is a ghost's from now on. */
export function deleteUser(site: Site, user: User): void {
  for (const repo of site.repositories.values()) repo.collaborators.delete(user.id)
  site.users.delete(user.id)
}

/** What he opened and wrote goes too. */
export function removeTraces(site: Site, user: User): void {
  for (const repo of site.repositories.values())
    for (const pull of repo.pulls.values()) {
      if (pull.author === user.id) repo.pulls.delete(pull.number)
      for (const comment of pull.comments.filter((each) => each.by === user.id))
        pull.comments.splice(pull.comments.indexOf(comment), 1)
      const kept = pull.events.filter((event) => event.kind !== 'comment' || event.by !== user.id)
      pull.events.splice(0, pull.events.length, ...kept)
    }
}

export interface Caller {
  readonly user: User
  /** Null: came with a password. */
  readonly token: Token | null
}

/** `token X`, `Bearer X`, or basic with a token or the password of the account. */
export function callerOf(site: Site, authorization: string | undefined): Caller | 'nobody' | 'wrong' {
  if (authorization === undefined) return 'nobody'
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'basic') return byToken(site, value) ?? 'wrong'
  const [login = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s)
  const user = site.userByLogin(login)
  if (user !== undefined && user.password === password) return { user, token: null }
  return byToken(site, password) ?? byToken(site, login) ?? 'wrong'
}

function byToken(site: Site, value: string): Caller | null {
  for (const user of site.users.values()) {
    const token = user.tokens.find((each) => each.value === value)
    if (token !== undefined) return { user, token }
  }
  return null
}
