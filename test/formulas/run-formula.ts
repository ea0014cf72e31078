/** Runs a starter formula as section 4 of the design says, without the dispatcher: same shell, same environment. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { FORMULAS, type FormulaTable, readFormula, refusedVariables, type StepTable } from './formula-file.js'

export interface RunOptions {
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly dryRun?: boolean
  readonly id?: string
  readonly tier?: string
  /** The ops repo: path of a bare repo, and a commit in it. */
  readonly ops?: { readonly path: string; readonly commit: string }
  /** Stands before the machine's PATH. */
  readonly path?: string
  /** For description steps: a command that gets them on stdin as one prompt. */
  readonly agent?: readonly string[]
  /** Called before each step with its id and the working directory. */
  readonly beforeStep?: (step: string, folder: string) => void | Promise<void>
}

export interface RunResult {
  readonly status: 'succeeded' | 'failed' | 'refused'
  /** Variables that the dispatcher would not let through: nothing ran. */
  readonly refused: readonly string[]
  readonly failedStep: string | null
  /** Ids of the steps that were started, those of on_failure among them. */
  readonly started: readonly string[]
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  /** The working directory that the steps shared. */
  readonly folder: string
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-formula-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function runFormula(name: string, options: RunOptions = {}): Promise<RunResult> {
  const formula = readFormula(name)
  const root = temporaryFolder()
  const folder = join(root, 'work')
  for (const each of ['work', 'home', 'tmp']) mkdirSync(join(root, each))
  const result = { refused: [], failedStep: null, started: [], log: '', outputs: {}, folder }
  const refused = refusedVariables(formula, options.vars ?? {})
  if (refused.length > 0) return { ...result, status: 'refused', refused }
  const environment = environmentOf(formula, root, options)
  const steps = formula.steps.filter((step) => options.dryRun !== true || step.dry_run === true)
  const run = await runSteps(steps, formula.on_failure ?? [], folder, environment, options)
  const outputs = readOutputs(join(root, 'outputs'))
  return { ...result, ...run, status: run.failedStep === null ? 'succeeded' : 'failed', outputs }
}

function environmentOf(formula: FormulaTable, root: string, options: RunOptions): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {
    PATH: `${options.path === undefined ? '' : `${options.path}:`}${process.env['PATH'] ?? ''}`,
    HOME: join(root, 'home'),
    TMPDIR: join(root, 'tmp'),
    LANG: 'C.UTF-8',
    COUNTERSIGN_ID: options.id ?? 'some-action-1',
    COUNTERSIGN_FORMULA: formula.name,
    COUNTERSIGN_TIER: options.tier ?? 'high',
    COUNTERSIGN_DRY_RUN: options.dryRun === true ? '1' : '0',
    COUNTERSIGN_FORMULAS: FORMULAS,
    COUNTERSIGN_OPS: options.ops?.path ?? join(root, 'no-ops-repo'),
    COUNTERSIGN_COMMIT: options.ops?.commit ?? '0'.repeat(40),
    COUNTERSIGN_OUTPUT: join(root, 'outputs'),
  }
  for (const [name, rule] of Object.entries(formula.vars ?? {})) {
    const value = options.vars?.[name] ?? rule.default
    if (value !== undefined) environment[`VAR_${name.toUpperCase()}`] = value
  }
  // A dry run gets no secrets.
  if (options.dryRun === true) return environment
  for (const name of formula.secrets) {
    const value = options.secrets?.[name]
    if (value !== undefined) environment[`SECRET_${name}`] = value
  }
  return environment
}

async function runSteps(
  steps: readonly StepTable[],
  onFailure: readonly StepTable[],
  folder: string,
  environment: Readonly<Record<string, string>>,
  options: RunOptions,
): Promise<{ failedStep: string | null; started: readonly string[]; log: string }> {
  const started: string[] = []
  let log = ''
  const start = async (step: StepTable) => {
    await options.beforeStep?.(step.id, folder)
    started.push(step.id)
    const ended = await runStep(step, folder, environment, options.agent)
    log += ended.output
    return ended.code === 0
  }
  for (const step of joinPrompts(steps)) {
    if (await start(step)) continue
    for (const undo of onFailure) if (!(await start(undo))) break
    return { failedStep: step.id, started, log }
  }
  return { failedStep: null, started, log }
}

/** Description steps that follow each other go to the agent as one prompt, under the id of the first. */
function joinPrompts(steps: readonly StepTable[]): readonly StepTable[] {
  const joined: StepTable[] = []
  for (const step of steps) {
    const before = joined.at(-1)
    const prompt = step.description === undefined ? undefined : `# ${step.title}\n\n${step.description}\n`
    if (prompt === undefined) joined.push(step)
    else if (before?.description === undefined) joined.push({ ...step, description: prompt })
    else joined[joined.length - 1] = { ...before, description: `${before.description}\n${prompt}` }
  }
  return joined
}

async function runStep(
  step: StepTable,
  cwd: string,
  env: Readonly<Record<string, string>>,
  agent: readonly string[] | undefined,
): Promise<{ code: number | null; output: string }> {
  const [command, ...args] = step.run === undefined ? (agent ?? []) : ['/bin/sh', '-eu', '-c', step.run]
  if (command === undefined) throw new Error(`step ${step.id} is for an agent, and there is none`)
  const child = spawn(command, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  child.stdin.on('error', () => undefined)
  child.stdin.end(step.description ?? '')
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, output }
}

function readOutputs(path: string): Readonly<Record<string, string>> {
  const lines = (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
