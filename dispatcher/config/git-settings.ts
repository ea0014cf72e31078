import type { Finding } from '../../vault/format/finding.js'
import type { Check } from '../../vault/format/format.js'

/** The settings of git that `repo.git_config` may hold: none runs what lies in a repository, none turns a check off. */
export const GIT_SETTINGS = [
  'core.sshCommand',
  'ssh.variant',
  'http.proxy',
  'http.sslCAInfo',
  'http.sslCAPath',
  'http.sslCert',
  'http.sslKey',
  'http.version',
  'http.postBuffer',
] as const

/** A proxy's password would be a secret in this file. */
export const checkGitSettings: Check = (file) => {
  const proxy = (file['repo'] as { git_config?: Record<string, unknown> } | undefined)?.git_config?.['http.proxy']
  if (typeof proxy !== 'string' || !/^[a-z0-9+.-]*:?\/*[^/]*@/i.test(proxy)) return []
  const finding: Finding = {
    path: ['repo', 'git_config', 'http.proxy'],
    code: 'bad_value',
    message: 'The proxy carries a credential. Take it out of this file, and set https_proxy in the environment.',
  }
  return [finding]
}
