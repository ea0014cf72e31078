import * as z from 'zod'
import { flag, list, named, oneOf, TABLE } from '../format/leaf.js'
import { LIMITS } from '../limits.js'
import { FORMULA_NAME, LOGIN, PRINCIPAL } from '../names.js'
import { ROLES } from '../role.js'
import { TIERS } from '../tier.js'
import { WINDOW } from './window-duration.js'

const account = z.strictObject(
  {
    login: named(LOGIN).describe('For people; in plain git the principal.'),
    id: z.int('the numeric id of the account').describe('The numeric id at the forge: the identity.'),
  },
  'a table such as { login = "alice", id = 12 }',
)

const accounts = () => list(account, 'accounts, each such as { login = "alice", id = 12 }', LIMITS.policyEntries)

const allowSelf = () =>
  flag()
    .optional()
    .describe('The requester may be the second key: an exception from the law of two people. Default false.')

const medium = z.strictObject(
  {
    reviewed_by: oneOf(['write', 'admin']).optional().describe('Least permission of who approves. Default "write".'),
    allow_self: allowSelf(),
    review_window: named(WINDOW)
      .optional()
      .describe(
        'Forges only: fires when nobody who may write has objected for this long, such as "24h". Default: it waits.',
      ),
  },
  TABLE,
)

const high = z.strictObject(
  {
    merged_by: z.literal('admin', '"admin"').optional().describe('Only an admin can let high through.'),
    admins: accounts()
      .min(1, 'a list with at least one account')
      .optional()
      .describe('Pin: only these count, whatever the forge says.'),
    allow_self: allowSelf(),
  },
  TABLE,
)

const approval = z.strictObject(
  {
    never: accounts().optional().describe('Accounts that are never a second key, whatever their permission.'),
    medium: medium.optional().describe('Who lets the medium tier through.'),
    high: high.optional().describe('Who lets the high tier through.'),
  },
  TABLE,
)

const WRITE = 'a table [write] with `enabled = true` or `enabled = false`; without it nothing fires'
const ENABLED = '`true` or `false`; without it nothing fires'

export const policySchema = z
  .strictObject(
    {
      version: z.literal(1, '1, the only version of this format').describe('The version of this format.'),
      write: z
        .strictObject(
          {
            enabled: z
              .boolean(ENABLED)
              .describe('false: read-only from the next tick on. Claims stop; outcomes are still recorded.'),
          },
          WRITE,
        )
        .describe('Whether anything may fire.'),
      tiers: z
        .record(named(FORMULA_NAME), oneOf(TIERS), TABLE)
        .optional()
        .describe('The tier of each formula. A formula that is not here is high.'),
      approval: approval.optional().describe('Who can be the second key.'),
      signers: z
        .record(named(PRINCIPAL), oneOf(ROLES), TABLE)
        .optional()
        .describe(
          'Plain git: principals of allowed_signers and their roles. admin includes write, write includes request.',
        ),
    },
    TABLE,
  )
  .meta({ title: 'Countersign policy', description: 'Which formula is in which tier, and who approves: policy.toml' })

export type PolicyFile = z.infer<typeof policySchema>
