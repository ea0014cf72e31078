import { ForgeError, type ForgeReader } from './port.js'

const ask = (): Promise<never> =>
  Promise.reject(
    new ForgeError({
      reason: 'forge_unauthorized',
      detail: 'no way to the forge is configured here: name it with --forge and a token, or use a configuration',
    }),
  )

/** For who looks at an ops repo of a forge without any access to it: every question is one that nobody can answer here. */
export const UNREACHED_FORGE: ForgeReader = {
  kind: 'forgejo',
  self: ask,
  repository: ask,
  openPulls: ask,
  pull: ask,
  pullsOfMerge: ask,
  history: ask,
  reviews: ask,
  comments: ask,
  permission: ask,
}
