import * as z from 'zod'
import { flag, integer, list, named, TABLE, text } from '../format/leaf.js'
import { LIMITS } from '../limits.js'
import { FORMULA_NAME, SECRET_NAME, STEP_ID, VARIABLE_NAME, WORD } from '../names.js'

/** What a process is told cannot hold NUL. */
const script = () =>
  text(LIMITS.stepChars)
    .min(1, 'a text that is not empty')
    .refine((value) => !value.includes('\0'), 'a text without NUL')

const value = () => text(LIMITS.variableChars).refine((given) => !given.includes('\0'), 'a string without NUL')

const variable = z.strictObject(
  {
    description: text(LIMITS.contextChars).optional().describe('What the variable means.'),
    required: flag().optional().describe('An action must give a value.'),
    default: value().optional().describe('The value where an action gives none.'),
    pattern: text(LIMITS.patternChars)
      .optional()
      .describe('Regular expression (JavaScript, unicode) that the whole value must match.'),
    one_of: list(value(), 'strings')
      .min(1, 'a list with at least one string')
      .optional()
      .describe('The values that are allowed.'),
  },
  TABLE,
)

const step = z.strictObject(
  {
    id: named(STEP_ID).describe('Unique in the formula.'),
    title: text(LIMITS.variableChars).optional().describe('What the step does, for people.'),
    needs: list(named(STEP_ID), 'ids of steps')
      .optional()
      .describe('Steps that must have succeeded; only earlier ones.'),
    run: script().optional().describe('Shell lines for /bin/sh -eu. Variables arrive as VAR_<NAME>.'),
    description: script().optional().describe('Prompt for the agent command, instead of `run`.'),
    dry_run: flag().optional().describe('Runs in a dry run too: safe, and useful there.'),
  },
  TABLE,
)

const STEPS = `a list of 1 to ${LIMITS.steps} steps, each written as [[steps]]`

export const formulaSchema = z
  .strictObject(
    {
      name: named(FORMULA_NAME).describe("Equal to the file's name without .toml."),
      description: text(LIMITS.contextChars).optional().describe('What the formula does, for people.'),
      version: integer(1, Number.MAX_SAFE_INTEGER).optional().describe('Raised by people with each change. Default 1.'),
      timeout_minutes: integer(1, LIMITS.timeoutMinutes)
        .optional()
        .describe(`Minutes that a run may take at most. Default ${LIMITS.defaultTimeoutMinutes}.`),
      idempotent: flag().optional().describe('A run whose end is unknown may run again. Default false.'),
      secrets: list(named(SECRET_NAME), 'names of secrets').optional().describe('Secrets that an action may ask for.'),
      mounts: list(text(LIMITS.variableChars), 'mounts')
        .meta({ maxItems: 0 })
        .optional()
        .describe('Not supported yet: leave it out or empty.'),
      tools: list(named(WORD), 'tools').optional().describe('Tools that an action may ask for.'),
      models: list(named(WORD), 'models').optional().describe('Models that an action may ask for.'),
      network: flag()
        .meta({ const: true })
        .optional()
        .describe('Only true: this version cannot cut a run off the network.'),
      vars: z
        .record(named(VARIABLE_NAME), variable, TABLE)
        .refine(
          (vars) => Object.keys(vars).length <= LIMITS.listItems,
          `a table of at most ${LIMITS.listItems} variables`,
        )
        .optional()
        .describe('The variables of the formula.'),
      steps: z.array(step, STEPS).min(1, STEPS).max(LIMITS.steps, STEPS).describe('Run in the order of the file.'),
      on_failure: list(step, 'steps, each written as [[on_failure]]', LIMITS.steps)
        .optional()
        .describe('Run when a step failed, to roll back.'),
    },
    TABLE,
  )
  .meta({ title: 'Countersign formula', description: 'What an action of this name does: formulas/<name>.toml' })

export type FormulaFile = z.infer<typeof formulaSchema>
export type VariableEntry = z.infer<typeof variable>
export type StepEntry = z.infer<typeof step>
