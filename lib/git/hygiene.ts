import type { GitConfig } from './environment.js'

const PROTOCOLS = ['https', 'http', 'ssh', 'git', 'file']

/** Settings that hold whatever a configuration file says: given by the environment they win. */
export const HYGIENE: GitConfig = [
  // Objects of requests have no refs here, and gc would take them away. `consolidation.ts` packs them without losing any.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Nothing that lies in a folder or a setting is run.
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['log.showSignature', 'false'],
  ['core.useReplaceRefs', 'false'],
  // `ext::sh -c …` in a URL is a command; so are remote helpers that nobody named.
  ['protocol.allow', 'never'],
  ...PROTOCOLS.map((name) => [`protocol.${name}.allow`, 'always'] as const),
  // One malformed object must not fail the fetch of all others; what is read of it is parsed strictly (field failure 51).
  ['transfer.fsckObjects', 'false'],
  ['fetch.fsckObjects', 'false'],
  // A pack appears whole or not at all; loose objects would be left half written by a crash.
  ['fetch.unpackLimit', '1'],
  ['fastimport.unpackLimit', '1'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['push.gpgSign', 'false'],
  ['push.followTags', 'false'],
  // A server that sends us elsewhere would get the credentials there, too. Whoever moves a repository says so to us.
  ['http.followRedirects', 'false'],
  // A server that sends nothing for a minute is gone.
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  ['advice.pushUpdateRejected', 'false'],
]
