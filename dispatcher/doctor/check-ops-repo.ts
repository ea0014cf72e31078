/** The ops repo as this dispatcher sees it: reachable, followed from its root, with a set that can be used. */
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { problemLines } from '../../vault/prose/problem-line.js'
import type { Adapters } from '../adapters.js'
import { look, openWorkplace } from '../cli/workplace.js'
import type { Config } from '../config.js'
import { FreezeFile } from '../state/freeze-file.js'
import { error, type Finding, note, ok, unknown, warning } from './finding.js'

export interface OpsRepoSight {
  readonly findings: readonly Finding[]
  readonly snapshot: Snapshot
}

/** Rejects where the repo cannot be reached, or its root not be used. */
export async function lookAtOpsRepo(config: Config, adapters: Adapters): Promise<OpsRepoSight> {
  const workplace = await openWorkplace({ config: config.path }, adapters)
  try {
    const snapshot = await look(workplace, config.root, adapters)
    return {
      findings: [
        ...trustFindings(snapshot),
        ...policyFindings(config, snapshot),
        ...(await freezeFindings(config, snapshot)),
      ],
      snapshot,
    }
  } finally {
    await workplace.repository.close()
  }
}

function trustFindings({ trust, unknownKeys }: Snapshot): readonly Finding[] {
  const { inForce, broken, offending, unverified } = trust
  return [
    ok(
      'trust_root',
      4,
      `main continues the trust root ${trust.root.slice(0, 12)}; in force is ${inForce.commit.slice(0, 12)}`,
    ),
    broken === null
      ? ok('policy', 2, 'the trust set can be used')
      : error(
          'policy',
          2,
          `commit ${broken.commit.slice(0, 12)} brought a set that cannot be used: ${problemLines(broken.files).join('; ')}`,
          "Repair it with an admin's second key.",
        ),
    ...(offending === null
      ? []
      : [
          error(
            'trust_offending',
            4,
            `commit ${offending.commit.slice(0, 12)} changed the trust set without authority: ${offending.detail}`,
            'First restore, then change.',
          ),
        ]),
    ...(unverified === null
      ? []
      : [
          unknown(
            'trust_unverified',
            4,
            `who stands behind commit ${unverified.commit.slice(0, 12)} could not be told: ${unverified.fault.detail}`,
            'Ask again when the forge answers.',
          ),
        ]),
    ...unknownKeys.map((key) =>
      warning(
        'unknown_key',
        7,
        `records on main are signed by the key ${key}, which is not under [trust] keys`,
        'Another dispatcher, whose key belongs there, or a forger.',
      ),
    ),
  ]
}

function policyFindings({ forge }: Config, { trust }: Snapshot): readonly Finding[] {
  const { policy, ids } = trust.inForce.set
  const write = policy.writeEnabled
    ? ok('write_enabled', null, '[write] enabled = true')
    : note(
        'write_enabled',
        null,
        '[write] enabled = false: the dispatcher only looks',
        'An admin sets it to true in policy.toml.',
      )
  if (forge === null) return [write]
  const hasSigners = policy.signers.size > 0 || ids.signers !== null
  return [
    write,
    hasSigners
      ? warning(
          'signers',
          1,
          'the trust set has [signers] or allowed_signers, which count for nothing at a forge: whoever reads them is misled',
          'Remove them by a pull request; who may do what is said at the forge.',
        )
      : ok('signers', 1, 'no [signers] beside the forge'),
  ]
}

async function freezeFindings({ stateDir }: Config, { freeze }: Snapshot): Promise<readonly Finding[]> {
  const frozen = (await new FreezeFile(stateDir).read()) ?? freeze
  return frozen === null
    ? []
    : [
        warning(
          'frozen',
          null,
          `frozen (${frozen.cause}): ${frozen.reason}`,
          '`countersign unfreeze`, once the cause is gone.',
        ),
      ]
}
