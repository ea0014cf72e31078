/** What `demo --forge` tells: the same laws as in plain git, where a merged pull request is the second key. */
import type { Oid } from '../../../vault/oid.js'
import { must } from '../as-told.js'
import type { Wish } from '../wish.js'
import type { ForgeStage } from './forge-stage.js'
import { mustSay, showComment, showPull } from './show-pull.js'

export async function tellForgeStory(stage: ForgeStage): Promise<void> {
  const { teller } = stage
  teller.say(
    'A forge is up on this machine, for as long as this takes: a real server, with real git behind it. acme/ops there is the',
    'ops repo: alice is its admin, bob may write, the agent too. An operator lays it out; the dispatcher has an account, robot.',
  )
  await must(stage.init())
  const commit = await stage.makeProject()
  await tellLow(stage)
  await tellMedium(stage)
  await askForReleases(stage, commit)
  await tellHigh(stage)
  await tellSquash(stage)
  await tellAudit(stage)
}

async function tellLow(stage: ForgeStage): Promise<void> {
  const { teller } = stage
  teller.say('1. Low: the agent opens a pull request. The policy says that a report is harmless: it runs at once.')
  await must(stage.request({ id: 'groom-1', formula: 'groom-backlog', context: 'weekly report' }))
  await must(stage.tick('groom-1  low  fire auto_approved: succeeded'))
  await must(stage.nextTick())
  const pull = stage.pull('groom-1')
  mustSay(pull, 'auto-approved: low blast radius')
  showPull(teller, pull)
}

async function tellMedium(stage: ForgeStage): Promise<void> {
  const { teller } = stage
  teller.say('2. Medium: an upgrade waits for a review by somebody who may write, and did not ask for it.')
  await must(
    stage.request({
      id: 'upgrade-1',
      formula: 'upgrade-dependency',
      context: 'zod has a fix we need',
      var: [`repo_url=${stage.project}`, 'dependency=zod', 'version=4.6.7'],
    }),
  )
  await must(stage.tick('upgrade-1  medium  wait pending_async_review'))
  const pull = stage.pull('upgrade-1')
  mustSay(pull, 'pending async review')
  showPull(teller, pull)
  teller.note(`bob at the forge: approves #${pull.number}, whenever he finds the time`)
  await stage.at('bob').review(pull.number, 'approve', { commit: pull.head })
  await must(stage.tick('upgrade-1  medium  fire reviewed_by_writer: succeeded'))
  await must(stage.nextTick())
  showPull(teller, pull)
}

async function askForReleases(stage: ForgeStage, commit: Oid): Promise<void> {
  const { teller } = stage
  const release = (id: string, version: string): Wish => ({
    ...{ id, formula: 'release', context: `ship ${version}` },
    var: [`repo_url=${stage.project}`, `commit=${commit}`, `version=${version}`],
  })
  teller.say(
    '3. High: the agent wants a release. It even declares it low, and nobody believes that: what a request says of itself can',
    'only raise its tier. It is blocked until an admin merges.',
  )
  await must(stage.request({ ...release('release-1', '1.0.0'), blastRadius: 'low' }))
  teller.note('agent asks for release-2 and release-3 in the same way')
  await must(stage.requestAlike(release('release-2', '2.0.0')))
  await must(stage.requestAlike(release('release-3', '3.0.0')))
  await must(stage.tick('release-1  high  wait awaiting_admin_merge'))
  for (const id of ['release-1', 'release-2', 'release-3']) showPull(teller, stage.pull(id))
}

async function tellHigh(stage: ForgeStage): Promise<void> {
  const { teller } = stage
  const [first, second] = [stage.pull('release-1'), stage.pull('release-2')]
  teller.say(
    `4. bob merges #${second.number}. The forge lets him: he may write. But he is no admin, so it is no second key:`,
  )
  await stage.at('bob').merge(second.number, { head: second.head })
  await must(stage.tick('release-2  high  refuse approver_excluded'))
  mustSay(second, 'not among the pinned admins')
  showPull(teller, second)
  teller.say(`5. alice merges #${first.number}. She is an admin, and did not ask for it: her merge is the second key.`)
  await stage.at('alice').merge(first.number, { head: first.head })
  await must(stage.tick('release-1  high  fire merged_by_admin: succeeded'))
  await must(stage.nextTick())
  showPull(teller, first)
  teller.note("The dispatcher's one comment there, which it edited whenever something changed:")
  showComment(teller, first)
}

async function tellSquash(stage: ForgeStage): Promise<void> {
  const pull = stage.pull('release-3')
  stage.teller.say(
    `6. alice squashes #${pull.number}. She may, and it does not fire: a squash leaves nothing that says what exactly she approved.`,
  )
  await stage.at('alice').merge(pull.number, { style: 'squash', head: pull.head })
  await must(stage.tick('release-3  high  refuse no_second_key'))
}

async function tellAudit(stage: ForgeStage): Promise<void> {
  stage.teller.say(
    '7. An auditor reads what fired and why, and checks every record: that needs the repo, not the forge.',
  )
  await must(stage.log())
  await must(stage.verify())
}
