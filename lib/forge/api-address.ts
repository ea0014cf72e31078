import type { ForgeKind } from '../../vault/forge/fact.js'

/** Where the API is, from what people open in a browser (docs of both forges). @throws TypeError where it is no such address */
export function apiAddress(kind: ForgeKind, url: string): string {
  const address = URL.canParse(url) ? new URL(url) : null
  if (address === null || !['https:', 'http:'].includes(address.protocol)) {
    throw new TypeError('the address of a forge begins with https://')
  }
  if (address.username !== '' || address.password !== '' || address.search !== '' || address.hash !== '') {
    throw new TypeError('the address of a forge holds neither a login nor a query')
  }
  const root = address.origin + address.pathname.replace(/\/+$/, '')
  if (kind === 'forgejo') return `${root}/api/v1`
  return hostedApi(address) ?? `${root}/api/v3`
}

/** GitHub's own: github.com, and tenants of ghe.com. Null: a server of somebody's own. */
function hostedApi({ hostname }: URL): string | null {
  if (hostname === 'github.com' || hostname === 'www.github.com') return 'https://api.github.com'
  return hostname.endsWith('.ghe.com') ? `https://api.${hostname}` : null
}

/** @throws TypeError where it is not `owner/name` */
export function splitRepo(repo: string): { readonly owner: string; readonly name: string } {
  const [, owner, name] = /^([A-Za-z0-9._-]+)\/([A-Za-z0-9._-]+)$/.exec(repo) ?? []
  if (owner === undefined || name === undefined || /^\.+$/.test(owner) || /^\.+$/.test(name)) {
    throw new TypeError('a repository on a forge is named owner/name')
  }
  return { owner, name }
}
