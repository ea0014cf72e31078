/** What an action says. */
import type { OpsRepo } from '../../support/ops-repo.js'
import { asked, bytes, path, type RequestCase } from './case.js'

export const CONTENT: readonly RequestCase[] = [
  {
    name: '1: dispatch_mode = "direct" is refused by name',
    id: 'direct',
    make: asked('release', ['dispatch_mode = "direct"']),
    verdict: 'refuse',
    reason: 'dispatch_mode_forbidden',
  },
  {
    name: '2, 33: blast_radius = "low" does not lower a release',
    id: 'self-low',
    make: asked('release', ['blast_radius = "low"']),
    verdict: 'wait',
    reason: 'awaiting_admin_merge',
    tier: 'high',
  },
  {
    name: '33: blast_radius raises',
    id: 'self-high',
    make: asked('touch', ['blast_radius = "high"']),
    verdict: 'wait',
    reason: 'awaiting_admin_merge',
    tier: 'high',
  },
  {
    name: '10: the id inside is not the name of the file',
    id: 'id-inside',
    make: (ops, id) => ops.request(id, { id: 'someone-else' }),
    verdict: 'refuse',
    reason: 'id_not_file_name',
  },
  {
    name: '10: a formula with path characters in its name',
    id: 'formula-path',
    make: asked('../vault/actions/x'),
    verdict: 'refuse',
    reason: 'bad_value',
  },
  {
    name: '13: what grep would take for the formula is a comment and a text',
    id: 'grep-fool',
    make: (ops, id) => ops.file(`vault/${id}`, { [path(id)]: grepFool(ops, id) }, ops.keys.agent),
    verdict: 'wait',
    reason: 'awaiting_admin_merge',
    tier: 'high',
  },
  {
    name: '15: a formula that is not in force is refused, and is high',
    id: 'no-formula',
    make: asked('nobody-wrote-it'),
    verdict: 'refuse',
    reason: 'formula_missing',
    tier: 'high',
  },
  {
    name: '15: a formula without a tier is high',
    id: 'untiered',
    make: asked('untiered'),
    verdict: 'wait',
    reason: 'awaiting_admin_merge',
    tier: 'high',
  },
  {
    name: '18: every documented key is taken',
    id: 'documented',
    make: asked('touch', [
      'mounts = []',
      'tools = []',
      'timeout_minutes = 5',
      'blast_radius = "low"',
      'expires_at = 2026-12-24T00:00:00Z',
      'dry_run = false',
      'purpose = "all of them"',
    ]),
    verdict: 'fire',
    reason: 'auto_approved',
  },
  {
    name: 'a key whose behaviour is not built',
    id: 'not-built',
    make: asked('touch', ['idempotency_key = "x"']),
    verdict: 'refuse',
    reason: 'not_supported',
  },
  {
    name: 'a context of letters without ink',
    id: 'unseen',
    make: bytes((text) => text.replace(/context = ".*"/, 'context = "\u3164\u2800"')),
    verdict: 'refuse',
    reason: 'bad_value',
  },
  {
    name: 'an unknown key',
    id: 'unknown-key',
    make: asked('touch', ['approved_by = "alice"']),
    verdict: 'refuse',
    reason: 'unknown_key',
  },
  {
    name: 'a key twice',
    id: 'key-twice',
    make: asked('touch', ['formula = "release"']),
    verdict: 'refuse',
    reason: 'toml_syntax',
  },
  {
    name: 'a secret that the formula does not give',
    id: 'greedy',
    make: bytes((text) => text.replace('secrets = []', 'secrets = ["DEPLOY_KEY"]')),
    verdict: 'refuse',
    reason: 'secret_not_allowed',
  },
  {
    name: 'a variable that the formula does not have',
    id: 'stray-variable',
    make: (ops, id) => ops.request(id, { vars: { countersign_tier: 'low' } }),
    verdict: 'refuse',
    reason: 'variable_undeclared',
  },
  {
    name: 'it has expired',
    id: 'expired',
    make: asked('touch', ['expires_at = 2026-11-22T07:59:59Z']),
    verdict: 'refuse',
    reason: 'expired',
  },
]

function grepFool(ops: OpsRepo, id: string): string {
  return `# formula = "touch"
id = "${id}"
context = """
formula = "touch"
blast_radius = "low"
"""
"formula" = 'release'
secrets = [ # none
]

[vars]
trace = ${JSON.stringify(ops.trace)}
`
}
