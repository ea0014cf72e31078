/** `countersign validate [paths…]`: actions, formulas, policy and signers by the daemon's own parsers. */

import { plain } from '../../vault/prose/plain.js'
import { problemLine } from '../../vault/prose/problem-line.js'
import type { Adapters } from '../adapters.js'
import { type FileReport, judgeOpsRepo } from '../validate/judge-ops-repo.js'
import { readMain } from '../validate/read-main.js'
import { PathValidator } from '../validate/validate-paths.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { fetchMain, readTrustedMain, trustRootOf } from './trusted-main.js'
import { openWorkplace, type RepoOptions, type Workplace } from './workplace.js'

export interface ValidateOptions extends RepoOptions {
  readonly json?: boolean | undefined
}

/**
 * Without paths the current folder, as an ops repo; with `--repo` or `--config` what is on its main. With both, files
 * that lie in no ops repo are checked against the formulas in force there.
 */
export async function validateCommand(
  paths: readonly string[],
  options: ValidateOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const reports = await reportsOf(paths, options, adapters)
  const isOk = reports.every(({ problems }) => problems.length === 0)
  if (options.json === true) terminal.out(JSON.stringify({ ok: isOk, files: reports.map(jsonOf) }))
  else for (const line of textOf(reports)) terminal.out(line)
  return isOk ? EXIT.done : EXIT.refused
}

async function reportsOf(
  paths: readonly string[],
  options: ValidateOptions,
  adapters: Adapters,
): Promise<readonly FileReport[]> {
  if (options.repo === undefined && options.config === undefined) {
    return new PathValidator(null).validate(paths.length === 0 ? ['.'] : paths)
  }
  const workplace = await openWorkplace(options, adapters)
  try {
    return paths.length === 0 ? await reportsOfMain(workplace) : await reportsAgainst(workplace, paths, options)
  } finally {
    await workplace.repository.close()
  }
}

async function reportsOfMain({ repository, branch }: Workplace): Promise<readonly FileReport[]> {
  const main = await fetchMain(repository, branch, await repository.remote.list())
  return judgeOpsRepo(await readMain(repository, main))
}

async function reportsAgainst(
  workplace: Workplace,
  paths: readonly string[],
  options: ValidateOptions,
): Promise<readonly FileReport[]> {
  const { trust } = await readTrustedMain(workplace, await trustRootOf(options, workplace))
  return new PathValidator(trust.inForce.set.formulas).validate(paths)
}

function jsonOf({ path, kind, problems }: FileReport) {
  return { path, kind, ok: problems.length === 0, problems }
}

function textOf(reports: readonly FileReport[]): string[] {
  const problems = reports.flatMap(({ path, problems }) => problems.map((problem) => problemLine(path, problem)))
  const wrong = reports.filter(({ problems }) => problems.length > 0).length
  const files = count(reports.length, 'file')
  if (problems.length > 0) return [...problems, `${count(problems.length, 'problem')} in ${wrong} of ${files}`]
  return [...reports.map(({ path, kind }) => `${plain(path)}: ok (${kind})`), `${files}, no problems`]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
