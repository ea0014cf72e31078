/** Where a repository lies in its forge, by the URL that git takes. */
export interface PlaceInForge {
  /** Of the forge, without a slash at its end. */
  readonly url: string
  /** `owner/name`; null: the URL does not say. */
  readonly repo: string | null
}

/** `user@host:path`, but no Windows drive and no `scheme:`. */
const SCP = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]{2,}):(?!\/\/)(.+)$/

/**
 * @param forgeUrl null: it is derived, too. `git@host:o/r` and `ssh://host/o/r` mean `https://host`.
 * @returns null: neither URL is one of a forge
 */
export function placeInForge(repoUrl: string, forgeUrl?: string): PlaceInForge | null {
  const remote = parseRemote(repoUrl)
  if (forgeUrl !== undefined) {
    const forge = URL.canParse(forgeUrl) ? new URL(forgeUrl) : null
    if (forge === null || !/^https?:$/.test(forge.protocol) || forge.username !== '' || forge.password !== '')
      return null
    return { url: `${forge.origin}${forge.pathname.replace(/\/+$/, '')}`, repo: remote?.repo ?? null }
  }
  return remote === null ? null : { url: `${remote.origin}${remote.base}`, repo: remote.repo }
}

function parseRemote(text: string): { origin: string; base: string; repo: string | null } | null {
  const [, host, path] = SCP.exec(text) ?? []
  if (host !== undefined && path !== undefined) return { origin: `https://${host}`, ...split(path, '') }
  if (!URL.canParse(text)) return null
  const { protocol, hostname, origin, pathname } = new URL(text)
  if (/^https?:$/.test(protocol)) return { origin, ...split(pathname) }
  return protocol === 'ssh:' ? { origin: `https://${hostname}`, ...split(pathname, '') } : null
}

/** The last two segments are owner and name; what is before them, by http, is where the forge lies. */
function split(path: string, fixedBase?: string): { base: string; repo: string | null } {
  const segments = path.split('/').filter((segment) => segment !== '')
  const [owner, name] = segments.slice(-2)
  const base = segments
    .slice(0, -2)
    .map((segment) => `/${segment}`)
    .join('')
  const repo = owner === undefined || name === undefined ? null : `${owner}/${name.replace(/\.git$/, '')}`
  return { base: fixedBase ?? base, repo }
}
