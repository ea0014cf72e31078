/** `countersign demo`: the whole story, told while it really happens on a throw-away ops repo. */
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { packageRoot } from '../../lib/package-root.js'
import type { ForgeKind } from '../../vault/forge/fact.js'
import type { Adapters } from '../adapters.js'
import { Stage } from '../demo/stage.js'
import { tellStory } from '../demo/story.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'
import { untilEnter } from './until-enter.js'

export interface DemoOptions {
  readonly dir?: string
  /** With pull requests on a forge, instead of plain git. */
  readonly forge?: boolean
  readonly kind?: ForgeKind
}

/** What the starter formulas take as a `repo_url`. */
const PLAIN = /^(?:\/\.?[A-Za-z0-9_~][A-Za-z0-9._~+-]*)+$/

export async function demoCommand(options: DemoOptions, adapters: Adapters, terminal: Terminal): Promise<ExitCode> {
  if (options.forge === true) return onForge(options, adapters, terminal)
  if (options.kind !== undefined) throw usageError('--kind says which forge the demo has; it needs --forge')
  const folder = await emptyFolder(options.dir)
  const started = adapters.now()
  const stage = await Stage.build(folder, adapters, terminal)
  await tellStory(stage)
  stage.say(
    `That took ${((adapters.now() - started) / 1000).toFixed(1)} seconds. Everything is left in ${folder} to look around in. Three commands to try:`,
  )
  for (const line of stage.toTry(await ownName(adapters))) terminal.out(`    ${line}`)
  return EXIT.done
}

/** Without its forge the folder is of no use, so it goes too, unless somebody named it. */
async function onForge({ dir, kind = 'forgejo' }: DemoOptions, adapters: Adapters, terminal: Terminal) {
  // No other command has to load a forge.
  const { tellForgeDemo } = await import('../demo/forge/tell-forge-demo.js')
  const ask = untilEnter()
  const stay = ask === null ? null : () => ask('Enter ends it, and the forge is gone. ')
  const folder = await emptyFolder(dir)
  try {
    await tellForgeDemo({ kind, folder, countersign: await ownName(adapters), stay }, adapters, terminal)
  } finally {
    if (dir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return EXIT.done
}

/** `npm run demo` puts no `countersign` on the PATH. */
async function ownName({ environment }: Adapters): Promise<string> {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    const isThere = await access(join(folder, 'countersign')).then(
      () => true,
      () => false,
    )
    if (isThere) return 'countersign'
  }
  return `node '${join(await packageRoot(), 'dist', 'dispatcher', 'main.js')}'`
}

async function emptyFolder(named: string | undefined): Promise<string> {
  const path = resolve(named ?? join(tmpdir(), 'countersign-demo-'))
  if (!PLAIN.test(path))
    throw usageError(
      `the demo's formulas take repositories in plain paths only, of letters, digits and \`._~+-\`, and ${path} is none; name a folder with --dir`,
    )
  if (named === undefined) return mkdtemp(path)
  await mkdir(path, { recursive: true })
  if ((await readdir(path)).length > 0)
    throw usageError(`${path} is not empty; name a folder that is, or leave --dir away`)
  return path
}
