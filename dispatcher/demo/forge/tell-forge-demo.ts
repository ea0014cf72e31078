/** `countersign demo --forge`. Only this folder knows of the test forge, and it is loaded only when it is asked for. */
import { hasGitBackend } from '../../../test/support/forge/git-backend.js'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import { shellWord } from '../../../vault/prose/shell-word.js'
import type { Adapters } from '../../adapters.js'
import { type Terminal, usageError } from '../../cli/terminal.js'
import { FORGE_TOKEN_VARIABLE } from '../../config/forge-config.js'
import { ForgeStage } from './forge-stage.js'
import { tellForgeStory } from './forge-story.js'

export interface ForgeDemo {
  readonly kind: ForgeKind
  readonly folder: string
  /** How the command is called here. */
  readonly countersign: string
  /** Waits for somebody to be done with looking. Null: there is nobody, so the forge goes when the story ends. */
  readonly stay: (() => Promise<void>) | null
}

export async function tellForgeDemo(demo: ForgeDemo, adapters: Adapters, terminal: Terminal): Promise<void> {
  if (!(await hasGitBackend()))
    throw usageError(
      "the demo's forge serves git with `git http-backend`, which this git has not; install the whole of git (the package git, or git-daemon where it is one of its own), or leave --forge away",
    )
  const started = adapters.now()
  const stage = await ForgeStage.build(demo.kind, demo.folder, adapters, terminal)
  try {
    const { teller } = stage
    teller.say(`The pull requests of this story, to look at in a browser while it is told: ${stage.pageUrl}`)
    await tellForgeStory(stage)
    teller.say(`That took ${((adapters.now() - started) / 1000).toFixed(1)} seconds.`)
    if (demo.stay === null) {
      teller.note(`The forge is gone with this command. On a terminal it stays, and ${stage.pageUrl} with it.`)
      return
    }
    teller.note(`The forge stays up: ${stage.pageUrl} shows all of it. Three commands to try in another terminal:`)
    for (const line of toTry(stage, demo)) terminal.out(`    ${line}`)
    await demo.stay()
  } finally {
    await stage.close()
  }
}

/** Its tokens are worth nothing outside of this process. */
function toTry(stage: ForgeStage, { kind, countersign }: ForgeDemo): readonly string[] {
  const as = (name: 'agent' | 'robot') => `${FORGE_TOKEN_VARIABLE}=${stage.tokenOf(name)} ${countersign}`
  const mine = `--repo ${shellWord(stage.opsRepo)} --forge-kind ${kind}`
  const config = shellWord(stage.config)
  return [
    `${as('agent')} request groom-backlog --context "my own" ${mine}`,
    `${as('robot')} tick --config ${config}`,
    `${as('robot')} status --config ${config}`,
  ]
}
