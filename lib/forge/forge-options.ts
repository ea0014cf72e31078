import type { ForgeKind } from '../../vault/forge/fact.js'
import type { ForgeStop } from './forge-stop.js'
import type { ForgeReader, ForgeRequester, ForgeWriter } from './port.js'

export interface Forge extends ForgeReader, ForgeWriter, ForgeRequester {}

/** A token, or a GitHub App (only there). */
export type ForgeAuth =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app'
      readonly appId: number
      /** PEM. */
      readonly privateKey: string
      readonly installationId: number
    }

/** What happened, for the operator's log. Never holds a token or a body. */
export type ForgeLog = (message: string, fields: Readonly<Record<string, unknown>>) => void

export interface ForgeOptions {
  readonly kind: ForgeKind
  /** What people open in a browser: `https://codeberg.org`, `https://github.com`. The API's address is derived from it. */
  readonly url: string
  /** `owner/name` */
  readonly repo: string
  readonly auth: ForgeAuth
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log?: ForgeLog
  readonly stop?: ForgeStop | undefined
}
