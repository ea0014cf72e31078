/** One dispatcher, assembled: everything that a tick needs, over one state folder under one lock. */
import { join } from 'node:path'
import type { Forge } from '../lib/forge/forge-options.js'
import type { ForgeStop } from '../lib/forge/forge-stop.js'
import type { Repository } from '../lib/git/port.js'
import type { Log } from '../lib/log/port.js'
import { endKeyOf } from '../lib/runner/end-seal.js'
import type { RunWriter } from '../lib/runner/port.js'
import type { SecretStore } from '../lib/secrets/port.js'
import type { RecordSigner, RecordVerifier } from '../lib/signing/port.js'
import { SignatureMemory } from '../lib/signing/signature-memory.js'
import type { Instance } from '../lib/state/instance-lock.js'
import { UsedIds } from '../lib/state/used-ids.js'
import { LIMITS } from '../vault/limits.js'
import type { Adapters } from './adapters.js'
import { Applier } from './apply/applier.js'
import { Launcher, type LauncherParts } from './apply/launcher.js'
import { ForgeOwnComments } from './apply/own-comments.js'
import { PullWriter } from './apply/pull-writer.js'
import { RunPool } from './apply/run-pool.js'
import type { ForgeConfig } from './config/forge-config.js'
import type { Config } from './config.js'
import { ForgeObserver } from './observe/forge-observer.js'
import { CONFIGURED_ROOT, Observer } from './observe/observer.js'
import { Planner } from './planner.js'
import type { Scribe } from './record/entries.js'
import { Recorder } from './record/recorder.js'
import { SwitchJournal } from './record/switch-journal.js'
import { ToldOutcomes } from './record/told-outcomes.js'
import { ToldRefusals } from './record/told-refusals.js'
import { UncheckedRecords } from './record/unchecked-records.js'
import { FreezeFile } from './state/freeze-file.js'
import { LeftRuns } from './state/left-runs.js'
import { NotedClaims } from './state/noted-claims.js'
import type { StatePlace } from './state/place.js'
import { PullsFile } from './state/pulls-file.js'
import { RepeatedRuns } from './state/repeated-runs.js'
import { SEEN_FILE, SeenFile } from './state/seen-file.js'
import { SteadyClock } from './state/steady-clock.js'
import { ViewFile } from './state/view.js'
import { WindowsFile } from './state/windows-file.js'

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
  /** Epoch milliseconds, never less than before: what is decided and recorded goes by it. */
  now(): number
  /** Epoch milliseconds as the machine says, for how long to wait. */
  machineNow(): number
  /** Its state folder is still there, and its own. */
  isAtHome(): Promise<boolean>
  close(): Promise<void>
}

/**
 * Takes the lock of the state folder; `close` gives it back.
 * @param stop tells it that the process is to end: the forge is asked nothing more, and at last what git still does is ended
 */
export async function openDispatcher(
  config: Config,
  adapters: Adapters,
  log: Log,
  stop?: ForgeStop,
): Promise<Dispatcher> {
  const signer = await adapters.signer(config.keyPath)
  const instance = await adapters.place.lock(config.stateDir, () =>
    log.warn(
      { seconds: LIMITS.lockSilenceMs / 1_000 },
      'the state folder was left by a process of another boot, container or machine; if it shows no sign of life it is taken over',
    ),
  )
  try {
    return await assemble(config, adapters, { log, signer, instance, stop })
  } catch (error) {
    await instance.release()
    throw error
  }
}

interface Given {
  readonly log: Log
  readonly signer: RecordSigner
  readonly instance: Instance
  readonly stop: ForgeStop | undefined
}

async function assemble(
  config: Config,
  adapters: Adapters,
  { log, signer, instance, stop }: Given,
): Promise<Dispatcher> {
  const { stateDir, branch, name } = config
  const { sleep, newNonce, place, openClone } = adapters
  const repository = await openClone({ ...cloneOf(config), as: 'dispatcher', signal: stop?.over })
  const signatures = new SignatureMemory()
  const verifier = signatures.checking(adapters.verifier([signer.publicKey, ...config.trustedKeys]))
  const reference = { name, instance: instance.id, key: signer.keyId }
  const { objects } = repository
  const endKey = endKeyOf((bytes) => signer.sign(bytes))
  const runner = await adapters.runWriter(config, endKey)
  const tools: Tools = {
    config,
    repository,
    runner,
    repeatedRuns: new RepeatedRuns(stateDir, runner, place.files),
    secrets: adapters.secrets(config),
    place,
    freezeFile: new FreezeFile(stateDir, place.files),
    usedIds: new UsedIds(join(stateDir, 'used'), place.files),
  }
  const forge = config.forge === null ? null : await forgeSide(config, config.forge, adapters, signer, stop)
  const pool = new RunPool(config.concurrency)
  const { seenFile, now } = await memoryOf(config, adapters, log)
  const onRecorded = seenFile.write.bind(seenFile)
  const seen = () => seenFile.read()
  const expectsMore = () => pool.isBusy
  const recorder = new Recorder({ repository, branch, name, now, sleep, seen, onRecorded, expectsMore })
  const observer = observerOf(tools, reference, seenFile, verifier, forge)
  const unchecked = new UncheckedRecords(repository.history, () => observer.view?.checked ?? null)
  const scribe: Scribe = { signer: signatures.signing(signer), dispatcher: reference, objects, unchecked, branch }
  const told = new ToldOutcomes(objects, unchecked, verifier)
  const launcher = launcherOf(tools, { recorder, scribe, told, pool, log, now })
  const noted = new NotedClaims(stateDir, place.files)
  const close = async () => {
    await repository.close()
    await instance.release()
  }
  return {
    ...tools,
    observer,
    planner: new Planner(),
    applier: new Applier({
      repository,
      recorder,
      scribe,
      told: new ToldRefusals(objects, verifier),
      runner,
      launcher,
      pulls: forge === null ? null : pullWriterOf(forge, log),
      usedIds: tools.usedIds,
      switches: new SwitchJournal(stateDir, place.files),
      noted,
      leftRuns: new LeftRuns(await tools.repeatedRuns.left(), tools.repeatedRuns, noted),
      newNonce,
      log,
    }),
    recorder,
    launcher,
    scribe,
    log,
    now,
    machineNow: adapters.now,
    isAtHome: () => instance.isHeld(),
    close,
  }
}

/** The main that was seen last, and the time, which does not go back over a start either. */
async function memoryOf(
  { stateDir, root }: Config,
  { now, place }: Adapters,
  log: Log,
): Promise<{ seenFile: SeenFile; now: () => number }> {
  const clock = new SteadyClock(now, log, `if it was ahead before, stop and remove ${join(stateDir, SEEN_FILE)}`)
  const seenFile = new SeenFile(stateDir, root, place.files, clock.now)
  clock.startFrom(await seenFile.writtenAt())
  return { seenFile, now: clock.now }
}

/** What a dispatcher has in a forge. */
interface ForgeSide {
  readonly forge: Forge
  readonly pullsFile: PullsFile
  readonly elapsed: () => number
  readonly windowsFile: WindowsFile
}

async function forgeSide(
  { stateDir }: Config,
  forge: ForgeConfig,
  { openForge, verifier, elapsed, place }: Adapters,
  signer: RecordSigner,
  stop: ForgeStop | undefined,
): Promise<ForgeSide> {
  return {
    forge: await openForge(forge, stop),
    elapsed,
    pullsFile: new PullsFile(stateDir, place.files),
    windowsFile: new WindowsFile(stateDir, signer, verifier([signer.publicKey]), place.files),
  }
}

function pullWriterOf({ forge, pullsFile, windowsFile }: ForgeSide, log: Log): PullWriter {
  return new PullWriter({ forge, ownComments: new ForgeOwnComments(forge), pullsFile, windowsFile, log })
}

/** What the parts of a dispatcher share. */
type Tools = Pick<Dispatcher, 'config' | 'repository' | 'runner' | 'freezeFile'> & {
  readonly secrets: SecretStore
  readonly repeatedRuns: RepeatedRuns
  readonly place: StatePlace
  readonly usedIds: UsedIds
}

function observerOf(
  tools: Tools,
  { instance, key }: Scribe['dispatcher'],
  seenFile: SeenFile,
  verifier: RecordVerifier,
  forge: ForgeSide | null,
): Observer {
  const { config, repository, repeatedRuns, secrets, freezeFile, usedIds, place } = tools
  const { stateDir, branch, root, agent } = config
  return new Observer({
    repository,
    branch,
    root,
    rootPlaces: CONFIGURED_ROOT,
    instance,
    key,
    verifier,
    runs: repeatedRuns,
    usedIds,
    viewFile: new ViewFile(stateDir, place.files),
    seenFile,
    freezeSwitch: freezeFile,
    forge:
      forge === null
        ? null
        : new ForgeObserver({
            ...{ forge: forge.forge, branch, objects: repository.objects, verifier },
            ...{ pulls: forge.pullsFile, usedIds },
            windows: () => forge.windowsFile.read(),
            elapsed: forge.elapsed,
            isLook: false,
          }),
    stock: async () => ({ agent, secrets: (await secrets.list()).usable }),
  })
}

function launcherOf(
  tools: Tools,
  parts: Pick<LauncherParts, 'recorder' | 'scribe' | 'told' | 'pool' | 'log' | 'now'>,
): Launcher {
  const { config, repository, runner, repeatedRuns, secrets, place, freezeFile } = tools
  const formulas = place.formulas(repository, join(config.stateDir, 'formulas'))
  const ops = place.ops(join(config.stateDir, 'ops.git'), clonePath(config))
  const adminsFrom = config.forge === null ? 'signers' : 'forge'
  return new Launcher({
    ...parts,
    repository,
    runner,
    repeatedRuns,
    secrets,
    formulas,
    ops,
    freezeSwitch: freezeFile,
    agent: config.agent,
    adminsFrom,
  })
}

function cloneOf({ stateDir, url, branch, gitConfig }: Config) {
  return { path: clonePath({ stateDir }), url, branch, gitConfig }
}

function clonePath({ stateDir }: Pick<Config, 'stateDir'>): string {
  return join(stateDir, 'repo.git')
}
