/** What the demo tells, in words for somebody who never heard of it. Each step is checked: a story that fails says so. */
import { must, mustNot } from './as-told.js'
import type { Stage } from './stage.js'

export async function tellStory(stage: Stage): Promise<void> {
  stage.say(
    'Agents ask for privileged actions by pushing a file to an "ops repo". A policy there says how dangerous each kind',
    'of action is. An operator lays the ops repo out: alice is an admin, bob a writer, the agent may only request.',
  )
  await must(stage.init())
  const commit = await stage.makeProject()

  stage.say('1. Low: the agent asks for a report on the backlog. The policy says that is harmless, so it runs at once.')
  await must(stage.request({ id: 'groom-1', formula: 'groom-backlog', context: 'weekly report' }))
  await must(stage.tick())

  stage.say(
    '2. Medium: the agent wants a dependency upgraded. That waits for a review by somebody who did not ask for it.',
  )
  await must(
    stage.request({
      id: 'upgrade-1',
      formula: 'upgrade-dependency',
      context: 'zod has a fix we need',
      var: [`repo_url=${stage.project}`, 'dependency=zod', 'version=4.6.7'],
    }),
  )

  stage.say(
    '3. High: the agent wants a release. It even declares it low; nobody believes that. It is blocked until an admin merges.',
  )
  await must(
    stage.request({
      id: 'release-1',
      formula: 'release',
      context: 'ship 1.0.0',
      var: [`repo_url=${stage.project}`, `commit=${commit}`, 'version=1.0.0'],
      blastRadius: 'low',
    }),
  )

  stage.say(
    '4. Unknown: somebody pushes a request for a formula that nobody ever approved. Unknown means high, and it is refused.',
  )
  await stage.pushByHand('wipe-1', 'id = "wipe-1"\nformula = "wipe-production"\ncontext = "trust me"\nsecrets = []\n')
  await stage.classify('wipe-production')

  stage.say('The dispatcher looks at all of them:')
  await must(stage.tick())

  stage.say('5. bob reviews the upgrade. His approval is a signed merge of exactly what was asked, and nothing else:')
  await must(stage.approve('bob', 'upgrade-1'))
  stage.say('   bob tries to approve the release as well. He sees what it would do, as above, but he is no admin:')
  await mustNot(stage.approveInVain('bob', 'release-1'))
  stage.say('   alice is. Her merge is the second key:')
  await must(stage.approve('alice', 'release-1'))
  await must(stage.tick())

  stage.say('6. An auditor reads what fired and why, looks at one record, and checks every signature from a clone:')
  await must(stage.log())
  await must(stage.log('release-1'))
  await must(stage.verify())
}
