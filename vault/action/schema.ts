import * as z from 'zod'
import { flag, integer, list, named, offsetDateTime, oneOf, TABLE, text, visibleText } from '../format/leaf.js'
import { LIMITS } from '../limits.js'
import { FORMULA_NAME, SECRET_NAME, VARIABLE_NAME, WORD } from '../names.js'
import { TIERS } from '../tier.js'
import { ACTION_ID_PATTERN, parseActionId } from './id.js'

const ID_WORDS =
  'an id: at most 100 of a-z, 0-9, `.`, `_` and `-`, first a letter or digit, without `..`, not ending in `.` or `.lock`'

const id = z
  .string(ID_WORDS)
  .regex(ACTION_ID_PATTERN, ID_WORDS)
  .refine((value) => parseActionId(value) !== null, ID_WORDS)

// The environment of a process cannot hold NUL.
const variableValue = text(LIMITS.variableChars).refine((value) => !value.includes('\0'), 'a string without NUL')

export const actionSchema = z
  .strictObject(
    {
      id: id.describe("Equal to the file's name without .toml. Used once, for ever."),
      formula: named(FORMULA_NAME).describe('The formula to run: a file in formulas/ of the ops repo.'),
      context: visibleText(LIMITS.contextChars).describe('Why this is needed. Shown to whoever approves it.'),
      secrets: list(named(SECRET_NAME), 'names of secrets').describe(
        'Names of the secrets that the run needs; the formula must allow each. May be empty.',
      ),
      mounts: list(text(LIMITS.variableChars), 'mounts')
        .meta({ maxItems: 0 })
        .optional()
        .describe('Not supported yet: leave it out or empty.'),
      tools: list(named(WORD), 'tools').optional().describe('Tools for an agent step; the formula must allow each.'),
      model: named(WORD).optional().describe('Model for an agent step; the formula must allow it.'),
      timeout_minutes: integer(1, LIMITS.timeoutMinutes)
        .optional()
        .describe("Minutes that the run may take; the lower of this and the formula's counts."),
      blast_radius: oneOf(TIERS).optional().describe('Can raise the tier that the policy gives, never lower it.'),
      vars: z
        .record(named(VARIABLE_NAME), variableValue, TABLE)
        .refine(
          (vars) => Object.keys(vars).length <= LIMITS.listItems,
          `a table of at most ${LIMITS.listItems} variables`,
        )
        .optional()
        .describe("Values for the formula's variables. A step sees `repo_url` as VAR_REPO_URL."),
      expires_at: offsetDateTime().optional().describe('From this moment on the action fires no more.'),
      dry_run: flag()
        .optional()
        .describe('Record the plan; run only steps that the formula marks for it, without secrets.'),
      purpose: visibleText(LIMITS.contextChars).optional().describe('What it is good for, in a line.'),
    },
    TABLE,
  )
  .meta({ title: 'Countersign action', description: 'A request for a privileged action: vault/actions/<id>.toml' })

export type ActionFile = z.infer<typeof actionSchema>
