/** What is found at the forge, after what `--apply` set up there. */
import type { Policy } from '../../vault/policy/policy.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { checkProtection, checkRequester, checkToken, type ForgeTools } from './check-forge.js'
import { type Finding, ok } from './finding.js'
import { wishOf } from './wish.js'

export interface ForgeReport {
  readonly findings: readonly Finding[]
  readonly applied: readonly string[]
}

export interface ForgeQuestion {
  readonly forge: ForgeConfig
  readonly branch: string
  readonly policy: Policy | null
  readonly isToApply: boolean
  /** The forge with an admin's token, and with a requester's; null: not given. */
  readonly admin: ForgeConfig | null
  readonly requester: ForgeConfig | null
}

export async function checkForge(question: ForgeQuestion, adapters: Adapters): Promise<ForgeReport> {
  const { forge, branch, policy, isToApply } = question
  const own = await adapters.openForgeAdmin(forge)
  const admin = question.admin === null ? own : await adapters.openForgeAdmin(question.admin)
  const reader = await adapters.openForge(forge)
  const tools: ForgeTools = { config: forge, reader, own, admin }
  const { wish, findings } = await wishOf(forge, branch, await reader.self(), policy, admin)
  if (isToApply && wish.admins.length === 0)
    throw usageError(
      'nothing was set up: no admin besides the dispatcher is known, so that nobody could merge any more',
    )
  const applied = isToApply ? await admin.apply(wish) : []
  const requester = question.requester === null ? null : await adapters.openForgeAdmin(question.requester)
  return {
    applied,
    findings: [
      ...(await checkToken(tools, adapters.now())),
      ...findings,
      ...(await checkProtection(tools, wish)).map((finding) => afterApply(finding, isToApply)),
      await checkRequester(requester, branch),
    ],
  }
}

/** What cannot be read was written a moment ago. */
function afterApply(finding: Finding, isApplied: boolean): Finding {
  const isWriteOnly = finding.severity === 'note'
  return isApplied && isWriteOnly ? ok(finding.id, finding.law, `${finding.what}; it was set just now`) : finding
}
