import { LIMITS } from '../../vault/limits.js'

/** The forge's part of `LIMITS`, where a limit's reason stands; other values are for tests. */
export interface ForgeLimits {
  readonly attemptMs: number
  readonly questionMs: number
  readonly retries: number
  readonly retryMs: number
  readonly answerBytes: number
  readonly redirects: number
  readonly questionsAtOnce: number
  readonly writesAtOnce: number
  readonly pageItems: number
  readonly probeItems: number
  readonly pages: number
  readonly feedPages: number
  readonly overlapMs: number
  readonly relistMs: number
  readonly closedRemembered: number
  readonly rateDefaultMs: number
  readonly rateMostMs: number
  readonly statusChars: number
  /** GitHub asks for a second between writes and three between comments. */
  readonly paceWrites: boolean
}

export const FORGE_LIMITS: ForgeLimits = {
  attemptMs: LIMITS.forgeAttemptMs,
  questionMs: LIMITS.forgeQuestionMs,
  retries: LIMITS.forgeRetries,
  retryMs: LIMITS.forgeRetryMs,
  answerBytes: LIMITS.forgeAnswerBytes,
  redirects: LIMITS.forgeRedirects,
  questionsAtOnce: LIMITS.forgeQuestionsAtOnce,
  writesAtOnce: LIMITS.forgeWritesAtOnce,
  pageItems: LIMITS.forgePageItems,
  probeItems: LIMITS.forgeProbeItems,
  pages: LIMITS.forgePages,
  feedPages: LIMITS.forgeFeedPages,
  overlapMs: LIMITS.forgeOverlapMs,
  relistMs: LIMITS.forgeRelistMs,
  closedRemembered: LIMITS.forgeClosedRemembered,
  rateDefaultMs: LIMITS.forgeRateDefaultMs,
  rateMostMs: LIMITS.forgeRateMostMs,
  statusChars: LIMITS.forgeStatusChars,
  paceWrites: true,
}
