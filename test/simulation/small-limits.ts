/** Limits that only a burst or years reach, made so small that any schedule does. */
import { LIMITS } from '../../vault/limits.js'

export function useSmallLimits(): void {
  const limits: Record<string, unknown> = LIMITS
  Object.assign(limits, { claimsAtOnce: 2, claimsPerCommit: 4, refsPerCommand: 2, recentIds: 5, closedPulls: 1 })
}
