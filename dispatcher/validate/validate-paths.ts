/** From paths as somebody typed them to a report on each file. A file of an ops repo is judged with the files around it. */
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Formula } from '../../vault/formula/formula.js'
import { usageError } from '../cli/terminal.js'
import { fileKind, isCompanion } from './file-kind.js'
import { judgeActionFile, unreadableProblem } from './judge-action-file.js'
import { type FileReport, judgeOpsRepo } from './judge-ops-repo.js'
import { ACTIONS, FORMULAS, SINGLE_FILES } from './ops-files.js'
import { readFolder, readLooseAction } from './read-folder.js'

export class PathValidator {
  readonly #judged = new Map<string, Promise<readonly FileReport[]>>()

  /** @param formulas for actions that lie in no ops repo; null: not known */
  constructor(private readonly formulas: ReadonlyMap<string, Formula> | null) {}

  /** Each file once, in the order of the paths; paths in reports are as they were typed. */
  async validate(paths: readonly string[]): Promise<readonly FileReport[]> {
    const reports = new Map<string, FileReport>()
    for (const path of paths) {
      for (const report of await this.#reportsAt(path)) {
        const at = resolve(report.path)
        if (!reports.has(at)) reports.set(at, report)
      }
    }
    return [...reports.values()]
  }

  async #reportsAt(path: string): Promise<readonly FileReport[]> {
    const stat = await lstat(path).catch(() => null)
    if (stat === null) throw usageError(`there is no ${path}`)
    return stat.isDirectory() ? this.#reportsIn(path) : this.#reportOn(path)
  }

  async #reportsIn(folder: string): Promise<readonly FileReport[]> {
    const names = await readdir(folder)
    if (isOpsRepo(names))
      return (await this.#judge(folder)).map((report) => ({ ...report, path: join(folder, report.path) }))
    const part = partOfRepo(resolve(folder))
    if (part !== null) return this.#reportsOfPart(folder, part)
    const loose = names.filter((name) => fileKind(name) === 'action').sort()
    if (loose.length > 0) return (await Promise.all(loose.map((name) => this.#reportOn(join(folder, name))))).flat()
    throw usageError(
      `${folder} is no ops repo (no policy.toml, allowed_signers, formulas/ or vault/actions/) and holds no action; name the files to validate`,
    )
  }

  /** `formulas/` or `vault/actions/` alone: their files, judged with the rest of the repo. */
  async #reportsOfPart(folder: string, { root, below }: RepoPart): Promise<readonly FileReport[]> {
    const reports = await this.#judge(root)
    return reports.flatMap((report) =>
      report.path.startsWith(`${below}/`)
        ? [{ ...report, path: join(folder, report.path.slice(below.length + 1)) }]
        : [],
    )
  }

  async #reportOn(path: string): Promise<readonly FileReport[]> {
    const kind = fileKind(path)
    if (kind === null) {
      if (isCompanion(resolve(path))) return []
      throw usageError(
        `${path} is none of policy.toml, allowed_signers, formulas/*.toml, formulas/*.sh, or an action *.toml`,
      )
    }
    const absolute = resolve(path)
    const part =
      kind === 'action' || kind === 'formula' ? partOfRepo(dirname(absolute)) : { root: dirname(absolute), below: '' }
    if (part === null) return [await this.#looseAction(path)]
    const inRepo = join(part.below, basename(path))
    return (await this.#judge(part.root)).flatMap((report) => (report.path === inRepo ? [{ ...report, path }] : []))
  }

  async #looseAction(path: string): Promise<FileReport> {
    const content = (await readLooseAction(path)) ?? { kind: 'not_regular' }
    const unreadable = unreadableProblem(content)
    const problems =
      unreadable === null ? judgeActionFile(basename(path, '.toml'), content, this.formulas) : [unreadable]
    return { path, kind: 'action', problems }
  }

  #judge(root: string): Promise<readonly FileReport[]> {
    const at = resolve(root)
    const judged = this.#judged.get(at) ?? readFolder(at).then(judgeOpsRepo)
    this.#judged.set(at, judged)
    return judged
  }
}

interface RepoPart {
  readonly root: string
  /** The folder's path below the root. */
  readonly below: string
}

function isOpsRepo(names: readonly string[]): boolean {
  return [...SINGLE_FILES, FORMULAS, 'vault'].some((name) => names.includes(name))
}

/** By its names: a folder `formulas` or `vault/actions` belongs to the repo above it. */
function partOfRepo(folder: string): RepoPart | null {
  for (const below of [FORMULAS, ACTIONS]) {
    if (folder.endsWith(`/${below}`)) return { root: folder.slice(0, -below.length - 1) || '/', below }
  }
  return null
}
