/** The records of section 4: in-toto statements whose predicates say what was decided, why, and how it ended. */
import { z } from 'zod'
import { type Decision, decisionSchema } from './decision.js'
import { type Intent, intentSchema } from './intent.js'
import { type Outcome, outcomeSchema } from './outcome.js'
import { actionSubject, fileSubjectSchema, requestPath, type Subject, subjectSchema } from './subject.js'

export type { Decision } from './decision.js'
export type { Evidence } from './evidence.js'
export type { DispatcherReference } from './field.js'
export type { Intent } from './intent.js'
export { OUTCOME_STATUSES, type Outcome, type OutcomeStatus } from './outcome.js'
export type { Subject } from './subject.js'

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
export const INTENT_TYPE = 'urn:countersign:intent:1'
export const OUTCOME_TYPE = 'urn:countersign:outcome:1'
export const DECISION_TYPE = 'urn:countersign:decision:1'

const statement = <P extends string, S extends z.ZodType, T extends z.ZodType>(
  predicateType: P,
  subject: S,
  predicate: T,
) =>
  z
    .strictObject({
      _type: z.literal(STATEMENT_TYPE),
      /** Exactly one: a second subject would carry an approval over to another action. */
      subject: z.tuple([subject]).readonly(),
      predicateType: z.literal(predicateType),
      predicate,
    })
    .readonly()

const intentStatementSchema = statement(INTENT_TYPE, fileSubjectSchema, intentSchema)
const outcomeStatementSchema = statement(OUTCOME_TYPE, fileSubjectSchema, outcomeSchema)
const decisionStatementSchema = statement(DECISION_TYPE, subjectSchema, decisionSchema)

export type IntentStatement = z.infer<typeof intentStatementSchema>
export type OutcomeStatement = z.infer<typeof outcomeStatementSchema>
export type DecisionStatement = z.infer<typeof decisionStatementSchema>

export const statementSchema = z
  .discriminatedUnion('predicateType', [intentStatementSchema, outcomeStatementSchema, decisionStatementSchema])
  .refine(namesItsAction, { error: 'the subject is not the action of the predicate', path: ['subject'] })
export type Statement = z.infer<typeof statementSchema>

/** An intent that was signed for one action says nothing about another one. */
function namesItsAction(statement: IntentStatement | OutcomeStatement | DecisionStatement): boolean {
  if (statement.predicateType === DECISION_TYPE) return true
  return statement.subject[0].name === requestPath(statement.predicate.id)
}

export function intentStatement(actionBytes: Uint8Array, intent: Intent): IntentStatement {
  const subject = [actionSubject(intent.id, actionBytes)] as const
  return { _type: STATEMENT_TYPE, subject, predicateType: INTENT_TYPE, predicate: intent }
}

export function outcomeStatement(actionBytes: Uint8Array, outcome: Outcome): OutcomeStatement {
  const subject = [actionSubject(outcome.id, actionBytes)] as const
  return { _type: STATEMENT_TYPE, subject, predicateType: OUTCOME_TYPE, predicate: outcome }
}

export function decisionStatement(subject: Subject, decision: Decision): DecisionStatement {
  return { _type: STATEMENT_TYPE, subject: [subject], predicateType: DECISION_TYPE, predicate: decision }
}
