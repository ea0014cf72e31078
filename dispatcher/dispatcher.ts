/** One dispatcher, assembled: everything that a tick needs, over one state folder under one lock. */
import { join } from 'node:path'
import type { Repository } from '../lib/git/port.js'
import type { Log } from '../lib/log/port.js'
import type { RunWriter } from '../lib/runner/port.js'
import { type Instance, lockInstance } from '../lib/state/instance-lock.js'
import { UsedIds } from '../lib/state/used-ids.js'
import type { Adapters } from './adapters.js'
import { Applier } from './apply/applier.js'
import { FormulaFolder } from './apply/formula-folder.js'
import { Launcher } from './apply/launcher.js'
import { OpsView } from './apply/ops-view.js'
import { RunPool } from './apply/run-pool.js'
import type { Config } from './config.js'
import { Observer } from './observe/observer.js'
import { Planner } from './planner.js'
import type { Scribe } from './record/entries.js'
import { Recorder } from './record/recorder.js'
import { FreezeFile } from './state/freeze-file.js'
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
  readonly viewFile: ViewFile
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
  signer: Awaited<ReturnType<Adapters['signer']>>,
  instance: Instance,
): Promise<Dispatcher> {
  const { stateDir, url, branch, name, root } = config
  const { now, sleep, newNonce } = adapters
  const path = join(stateDir, 'repo.git')
  const repository = await adapters.openClone({ path, url, branch, as: 'dispatcher' })
  const verifier = adapters.verifier([signer.publicKey, ...config.trustedKeys])
  const scribe: Scribe = {
    signer,
    dispatcher: { name, instance: instance.id, key: signer.keyId },
    objects: repository.objects,
    branch,
  }
  const [freezeFile, viewFile] = [new FreezeFile(stateDir), new ViewFile(stateDir)]
  const [runner, secrets] = [await adapters.runWriter(config), adapters.secrets(config)]
  const observer = new Observer({
    repository,
    branch,
    root,
    instance: instance.id,
    verifier,
    runs: runner,
    usedIds: new UsedIds(join(stateDir, 'used')),
    viewFile,
    freezeSwitch: freezeFile,
    stock: async () => ({ agent: config.agent, secrets: (await secrets.list()).usable }),
  })
  const pool = new RunPool(config.concurrency)
  const recorder = new Recorder({ repository, branch, name, now, sleep, expectsMore: () => pool.isBusy })
  const launcher = new Launcher({
    repository,
    recorder,
    scribe,
    runner,
    pool,
    secrets,
    formulas: new FormulaFolder(repository, join(stateDir, 'formulas')),
    ops: new OpsView(join(stateDir, 'ops.git'), path),
    agent: config.agent,
    log,
    now,
  })
  const applier = new Applier({
    repository,
    recorder,
    scribe,
    runner,
    launcher,
   
    newNonce,
    log,
  })
  const close = async () => {
    await repository.close()
    await instance.release()
  }
  return {
    config,
    repository,
    observer,
    planner: new Planner(),
    applier,
    recorder,
    launcher,
    scribe,
    runner,
    freezeFile,
    viewFile,
    log,
    now,
    close,
  }
}
