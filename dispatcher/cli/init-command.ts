/** `countersign init <path or url>`: lays an ops repo out, or joins one, and makes the folder of its dispatcher. */
import { redactUrls } from '../../lib/git/redact.js'
import type { Oid } from '../../vault/oid.js'
import { joinedNotes, laidOutNotes, renderInit } from '../../vault/prose/init-report.js'
import { shellWord } from '../../vault/prose/shell-word.js'
import type { Adapters } from '../adapters.js'
import { FORGE_TOKEN_VARIABLE } from '../config/forge-config.js'
import { type DispatcherFolder, fillFolder, makeFolder, planFolder } from '../init/dispatcher-folder.js'
import { type ForgeInitOptions, type ForgePlan, planForge } from '../init/forge-plan.js'
import { findRoot } from '../init/join.js'
import { isToBeMade, lookAtPlace, type Place, pointHeadAt, type Settled, settle } from '../init/ops-repo.js'
import { readPrincipals } from '../init/principals.js'
import { type Approvers, starterFiles } from '../init/starter-files.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'
import { openWorkplace, type RepoOptions } from './workplace.js'

export interface InitOptions extends ForgeInitOptions {
  /** Where configuration, key and state go; default: the current folder. */
  readonly dir?: string | undefined
  /** Public keys of other dispatchers, `ed25519:…`. */
  readonly trustKey?: readonly string[] | undefined
  readonly branch?: string | undefined
  readonly enable?: boolean | undefined
  readonly json?: boolean | undefined
}

interface Made {
  readonly root: Oid
  readonly state: 'laid_out' | 'joined'
  readonly notes: (publicKey: string) => readonly string[]
}

export async function initCommand(
  target: string,
  options: InitOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const branch = options.branch ?? 'main'
  const folder = await planFolder(options.dir ?? '.')
  const place = await lookAtPlace(target, options.forge === undefined ? 'git' : 'forge', adapters)
  if (place.url === folder.path)
    throw usageError("the dispatcher's folder (--dir) must be another one than the ops repo")
  warn(folder, place, terminal)
  // Asks for all that could be missing before anything is made.
  adapters.verifier(options.trustKey ?? [])
  const planned = await planForge(place.url, options, adapters)
  if (planned !== null && planned.lack !== null) terminal.err(`warning: ${planned.lack}`)
  if (isToBeMade(place)) {
    if (planned === null) await readPrincipals(options, adapters)
    await adapters.localRepositories.createBare(place.url, branch)
  }
  const made = await settleAndTell(place, branch, folder, planned, options, adapters, terminal)
  const trustedKeys = options.trustKey ?? []
  const publicKey = await fillFolder(
    folder,
    { url: place.url, branch, root: made.root, trustedKeys, forge: planned?.forge ?? null },
    adapters,
  )
  const told = {
    repo: redactUrls(place.url),
    config: folder.configPath,
    trust_root: made.root,
    dispatcher_key: publicKey,
    state: made.state,
  }
  if (options.json === true) terminal.out(JSON.stringify(told))
  else for (const line of renderInit(told, [...made.notes(publicKey), ...forgeNotes(planned, told)])) terminal.out(line)
  return EXIT.done
}

async function settleAndTell(
  place: Place,
  branch: string,
  folder: DispatcherFolder,
  planned: ForgePlan | null,
  options: InitOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<Made> {
  const workplace = await openWorkplace({ repo: place.url, branch, ...reachOf(planned) }, adapters)
  const { repository } = workplace
  try {
    const files = async () => {
      const approvers: Approvers =
        planned === null
          ? { kind: 'principals', principals: await readPrincipals(options, adapters) }
          : { kind: 'forge', admins: planned.admins }
      await makeFolder(folder)
      return starterFiles(approvers, options.enable === true)
    }
    const settled: Settled = await settle(repository, branch, place, files, adapters)
    if (settled.kind === 'laid_out') {
      await pointHeadAt(branch, place, adapters)
      return {
        root: settled.main,
        state: 'laid_out',
        notes: () => laidOutNotes(options.enable === true, settled.kept, planned !== null),
      }
    }
    const trustKeys = options.trustKey ?? []
    const joined = await findRoot(repository, settled.main, adapters.verifier(trustKeys))
    if (isAnyoneNamed(options))
      terminal.err(
        "note: the ops repo is laid out already; --admin, --writer, --requester and --enable change nothing. Edit the policy with an admin's second key",
      )
    await makeFolder(folder)
    return {
      root: joined.root,
      state: 'joined',
      notes: (publicKey) => joinedNotes({ ...joined, trustedKeys: trustKeys.length }, publicKey),
    }
  } finally {
    await repository.close()
  }
}

function reachOf(planned: ForgePlan | null): Pick<RepoOptions, 'forge' | 'forgeKind' | 'forgeRepo'> {
  if (planned === null) return {}
  const { kind, url, repo } = planned.forge
  return { forge: url, forgeKind: kind, forgeRepo: repo }
}

function forgeNotes(
  planned: ForgePlan | null,
  { state, config }: { readonly state: Made['state']; readonly config: string },
): readonly string[] {
  if (planned === null) return []
  const key = `At ${planned.forge.url} the merged pull request of an admin is the second key.`
  // By an account of its own, `doctor --apply` would shut the others out.
  if (state === 'joined')
    return [
      key,
      `Put a token of the account that the other dispatchers use into ${FORGE_TOKEN_VARIABLE}: main is pushed to by one account.`,
    ]
  return [
    key,
    `Put the token of the dispatcher's own account into ${FORGE_TOKEN_VARIABLE}, and have the forge protect main, with the token of an admin of ${planned.forge.repo}:`,
    `  countersign doctor --apply --config ${shellWord(config)}`,
  ]
}

function warn(folder: DispatcherFolder, { url }: Place, terminal: Terminal): void {
  if (folder.isInWorkTree)
    terminal.err(`warning: ${folder.path} is within a git work tree; never commit dispatcher.key, state/ or secrets/`)
  if (redactUrls(url) !== url)
    terminal.err(
      "warning: the URL carries a credential, which will stand in countersign.toml (readable by you alone); better keep it in an SSH key or git's credential store",
    )
}

function isAnyoneNamed({ admin = [], writer = [], requester = [], enable = false }: InitOptions): boolean {
  return admin.length + writer.length + requester.length > 0 || enable
}
