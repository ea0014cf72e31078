/** One dispatcher, assembled: everything that a tick needs, over one state folder under one lock. */
import { join } from 'node:path'
import type { Repository } from '../lib/git/port.js'
import type { Log } from '../lib/log/port.js'
import type { RunWriter } from '../lib/runner/port.js'
import type { SecretStore } from '../lib/secrets/port.js'
import type { RecordSigner, RecordVerifier } from '../lib/signing/port.js'
import { type Instance, lockInstance } from '../lib/state/instance-lock.js'
import { UsedIds } from '../lib/state/used-ids.js'
import type { Oid } from '../vault/oid.js'
import type { Adapters } from './adapters.js'
import { Applier } from './apply/applier.js'
import { FormulaFolder } from './apply/formula-folder.js'
import { Launcher, type LauncherParts } from './apply/launcher.js'
import { OpsView } from './apply/ops-view.js'
import { RunPool } from './apply/run-pool.js'
import type { Config } from './config.js'
import { Observer } from './observe/observer.js'
import { Planner } from './planner.js'
import type { Scribe } from './record/entries.js'
import { Recorder } from './record/recorder.js'
import { FreezeFile } from './state/freeze-file.js'
import { SeenFile } from './state/seen-file.js'
import { ViewFile } from './state/view.js'

export interface Dispatcher {
  readonly config: Config
  readonly repository: Repository
  readonly observer: Observer
  readonly planner: Planner
  readonly applier: Applier
  readonly recorder: Recorder
  readonly launcher: Launcher
  readonly scribe: Scribe
  readonly runner: RunWriter
  readonly freezeFile: FreezeFile
  readonly log: Log
  now(): number
  close(): Promise<void>
}

/** Takes the lock of the state folder; `close` gives it back. */
export async function openDispatcher(config: Config, adapters: Adapters, log: Log): Promise<Dispatcher> {
  const signer = await adapters.signer(config.keyPath)
  const instance = await lockInstance(config.stateDir)
  try {
    return await assemble(config, adapters, log, signer, instance)
  } catch (error) {
    await instance.release()
    throw error
  }
}

async function assemble(
  config: Config,
  adapters: Adapters,
  log: Log,
  signer: RecordSigner,
  instance: Instance,
): Promise<Dispatcher> {
  const { stateDir, url, branch, name } = config
  const { now, sleep, newNonce } = adapters
  const repository = await adapters.openClone({ path: clonePath(config), url, branch, as: 'dispatcher' })
  const scribe: Scribe = {
    signer,
    dispatcher: { name, instance: instance.id, key: signer.keyId },
    objects: repository.objects,
    branch,
  }
  const tools: Tools = {
    config,
    repository,
    runner: await adapters.runWriter(config),
    secrets: adapters.secrets(config),
    freezeFile: new FreezeFile(stateDir),
    usedIds: new UsedIds(join(stateDir, 'used')),
  }
  const pool = new RunPool(config.concurrency)
  const seenFile = new SeenFile(stateDir, config.root)
  const onRecorded = (commit: Oid) => seenFile.write(commit)
  const recorder = new Recorder({ repository, branch, name, now, sleep, onRecorded, expectsMore: () => pool.isBusy })
  const launcher = launcherOf(tools, { recorder, scribe, pool, log, now })
  const close = async () => {
    await repository.close()
    await instance.release()
  }
  return {
    ...tools,
    observer: observerOf(tools, instance.id, seenFile, adapters.verifier([signer.publicKey, ...config.trustedKeys])),
    planner: new Planner(),
    applier: new Applier({
      repository,
      recorder,
      scribe,
      runner: tools.runner,
      launcher,
      usedIds: tools.usedIds,
      newNonce,
      log,
    }),
    recorder,
    launcher,
    scribe,
    log,
    now,
    close,
  }
}

/** What the parts of a dispatcher share. */
type Tools = Pick<Dispatcher, 'config' | 'repository' | 'runner' | 'freezeFile'> & {
  readonly secrets: SecretStore
  readonly usedIds: UsedIds
}

function observerOf(tools: Tools, instance: string, seenFile: SeenFile, verifier: RecordVerifier): Observer {
  const { config, repository, runner, secrets, freezeFile, usedIds } = tools
  const { stateDir, branch, root, agent } = config
  return new Observer({
    repository,
    branch,
    root,
    instance,
    verifier,
    runs: runner,
    usedIds,
    viewFile: new ViewFile(stateDir),
    seenFile,
    freezeSwitch: freezeFile,
    stock: async () => ({ agent, secrets: (await secrets.list()).usable }),
  })
}

function launcherOf(
  tools: Tools,
  parts: Pick<LauncherParts, 'recorder' | 'scribe' | 'pool' | 'log' | 'now'>,
): Launcher {
  const { config, repository, runner, secrets } = tools
  const formulas = new FormulaFolder(repository, join(config.stateDir, 'formulas'))
  const ops = new OpsView(join(config.stateDir, 'ops.git'), clonePath(config))
  return new Launcher({ ...parts, repository, runner, secrets, formulas, ops, agent: config.agent })
}

function clonePath({ stateDir }: Config): string {
  return join(stateDir, 'repo.git')
}
