/** Parsing and classifying an action. Floor: the bare TOML parser. */
import { parse } from 'smol-toml'
import { POLICY } from '../test/support/ops-repo.js'
import { parseAction } from '../vault/action/parse.js'
import { classify } from '../vault/classify.js'
import { parsePolicy } from '../vault/policy/parse.js'
import type { TrustSet } from '../vault/policy/trust-set.js'
import { beside, type Figure, timed } from './measure.js'

const COUNT = 5_000

const TEXT = `id = "release-20261122"
formula = "release"
context = "ship 1.2.0: all checks are green since yesterday, and the notes are reviewed"
secrets = ["GIT_TOKEN"]
timeout_minutes = 30
expires_at = 2026-11-23T18:00:00Z

[vars]
repo_url = "https://git.example/app.git"
version = "1.2.0"
`

export async function benchParse(): Promise<readonly Figure[]> {
  const bytes = new TextEncoder().encode(TEXT)
  const policy = parsePolicy(new TextEncoder().encode(POLICY))
  if (!policy.ok) throw new Error('the policy of the tests parses')
  const set: TrustSet = {
    ids: { policy: null, formulas: null, signers: null },
    policy: policy.value.policy,
    formulas: new Map(),
    signers: { principalOf: new Map() },
  }
  const both = async () => {
    for (let index = 0; index < COUNT; index++) {
      const parsed = parseAction(bytes, 'release-20261122')
      if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
      classify({ formula: 'release', action: parsed.value.action, set, requesterMayWrite: true })
    }
  }
  const bare = async () => {
    for (let index = 0; index < COUNT; index++) parse(TEXT)
  }
  return [
    {
      name: `parse and classify ${COUNT} actions`,
      ...(await beside(
        9,
        () => timed(both),
        () => timed(bare),
      )),
      floor: 'bare smol-toml',
    },
  ]
}
