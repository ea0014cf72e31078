/** `countersign demo`: the whole story, told while it really happens on a throw-away ops repo. */
import { mkdir, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Adapters } from '../adapters.js'
import { Stage } from '../demo/stage.js'
import { tellStory } from '../demo/story.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'

export interface DemoOptions {
  readonly dir?: string
}

export async function demoCommand(options: DemoOptions, adapters: Adapters, terminal: Terminal): Promise<ExitCode> {
  const folder =
    options.dir === undefined
      ? await mkdtemp(join(tmpdir(), 'countersign-demo-'))
      : await emptyFolder(resolve(options.dir))
  const started = adapters.now()
  const stage = await Stage.build(folder, adapters, terminal)
  await tellStory(stage)
  stage.say(
    `That took ${((adapters.now() - started) / 1000).toFixed(1)} seconds. Everything is left in ${folder} to look around in. Three commands to try:`,
  )
  for (const line of stage.toTry()) terminal.out(`    ${line}`)
  return EXIT.done
}

async function emptyFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true })
  if ((await readdir(path)).length > 0)
    throw usageError(`${path} is not empty; name a folder that is, or leave --dir away`)
  return path
}
