/** The command line of DESIGN section 8: names, options and help. What a command does is in its own file. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { FORGE_KINDS } from '../../vault/forge/fact.js'
import { didYouMean } from '../../vault/text/closest.js'
import type { Adapters } from '../adapters.js'
import { approveCommand } from './approve-command.js'
import { classifyCommand } from './classify-command.js'
import { completionOn } from './completion.js'
import type { demoCommand } from './demo-command.js'
import { doctorCommand } from './doctor-command.js'
import { freezeCommand } from './freeze-command.js'
import { EXAMPLES } from './help-examples.js'
import { initCommand } from './init-command.js'
import type { logCommand } from './log-command.js'
import { requestCommand } from './request-command.js'
import type { Signals, serveCommand } from './serve-command.js'
import { statusCommand } from './status-command.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { tickCommand } from './tick-command.js'
import { unfreezeCommand } from './unfreeze-command.js'
import { unreadOptions } from './unread-options.js'
import { validateCommand } from './validate-command.js'
import { verifyCommand } from './verify-command.js'

// Loaded when they are asked for: a scheduler, a painter of tables and two demos are a fifth of the start of every command.
const demo: typeof demoCommand = async (...given) => (await import('./demo-command.js')).demoCommand(...given)
const log: typeof logCommand = async (...given) => (await import('./log-command.js')).logCommand(...given)
const serve: typeof serveCommand = async (...given) => (await import('./serve-command.js')).serveCommand(...given)

/** @param exit gets the exit code of the command that ran */
export function buildProgram(
  version: string,
  adapters: Adapters,
  terminal: Terminal,
  signals: () => Signals,
  exit: (code: ExitCode) => void,
): Command {
  const program = new Command('countersign')
    .description(
      'Dispatcher for privileged actions requested by git: the policy is the first key, a merged request the second.',
    )
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('(see --help)')
    .exitOverride()
  const done = async (code: Promise<ExitCode>) => exit(await code)
  forNewcomers(program, adapters, terminal, done)
  forAgents(program, adapters, terminal, done)
  forAdmins(program, adapters, terminal, done)
  forOperators(program, adapters, terminal, signals, done)
  forAuditors(program, adapters, terminal, done)
  for (const command of program.commands) {
    const examples = EXAMPLES[command.name()]
    if (examples !== undefined)
      command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`)
    command.exitOverride()
  }
  helpOn(program)
  completionOn(program, terminal)
  program.hook('preAction', (_, command) => {
    for (const note of unreadOptions(command.opts())) terminal.err(note)
  })
  return program
}

/** Commander's own says nothing of a word that is no command: it prints the list of all, and is done. */
function helpOn(program: Command): void {
  program
    .command('help')
    .description('display help for command')
    .argument('[command]')
    .action((name?: string) => {
      if (name === undefined) program.help()
      const about = program.commands.find((command) => command.name() === name)
      const names = program.commands.map((command) => command.name())
      if (about === undefined) program.error(`error: unknown command '${name}'${didYouMean(name, names)}`)
      about.help()
    })
}

/** Commander's own ends: help and version are done, everything else is usage. */
export function exitCodeOfCommander(error: unknown): ExitCode | null {
  if (!(error instanceof CommanderError)) return null
  return error.exitCode === 0 ? EXIT.done : EXIT.usage
}

type Done = (code: Promise<ExitCode>) => Promise<void>

function forNewcomers(program: Command, adapters: Adapters, terminal: Terminal, done: Done): void {
  program
    .command('demo')
    .description('the whole story on a throw-away ops repo in plain git, in a few seconds')
    .option('--dir <folder>', 'where to lay it out (default: a new temporary folder)')
    .option('--forge', 'with pull requests, on a throw-away forge, and a page that shows them')
    .addOption(new Option('--kind <kind>', 'what that forge speaks like (default: forgejo)').choices(FORGE_KINDS))
    .action((options) => done(demo(options, adapters, terminal)))
}

function forAgents(program: Command, adapters: Adapters, terminal: Terminal, done: Done): void {
  repoOptions(program.command('request'))
    .description('validate, classify, sign and push a request')
    .argument('<formula>', 'name of a formula in force')
    .option('--context <text>', 'why; shown to the approver')
    .option('--id <id>', 'id of the action (default: made from the formula and the time)')
    .option('--var <name=value>', 'a variable of the formula; may repeat', collect)
    .option('--secret <name>', 'a secret by name; may repeat', collect)
    .option('--tool <name>', 'a tool for agent steps; may repeat', collect)
    .option('--model <name>', 'the model for agent steps')
    .option('--timeout-minutes <minutes>', "how long it may run; the formula's own limit stays", wholeNumber)
    .option('--expires-at <time>', 'when it fires no more, such as 2026-11-22T18:00:00Z')
    .option('--purpose <text>', 'what it is good for, in a line')
    .option('--dry-run', 'ask for a dry run: the plan is recorded, and only steps marked for it run')
    .addOption(
      new Option('--blast-radius <tier>', 'ask for a higher tier than the policy gives').choices([
        'low',
        'medium',
        'high',
      ]),
    )
    .option('--key <file>', "SSH key to sign with (default: git's user.signingkey)")
    .option('--wait', 'follow it to its end')
    .option('--timeout <seconds>', 'how long --wait waits (default: an hour)', wholeNumber)
    .option('--json', 'print JSON')
    .action((formula, options) => done(requestCommand(formula, options, adapters, terminal)))
  repoOptions(program.command('validate'))
    .description("check actions, formulas and policy by the daemon's own parsers")
    .argument('[paths...]', 'files or ops repo folders (default: the current folder; with --repo or --config, main)')
    .option('--json', 'print JSON')
    .action((paths, options) => done(validateCommand(paths, options, adapters, terminal)))
}

function forAdmins(program: Command, adapters: Adapters, terminal: Terminal, done: Done): void {
  repoOptions(program.command('approve'))
    .description('show the verdict and the plan, then make the signed merge')
    .argument('<id>', 'id of the action')
    .option('--key <file>', "SSH key to sign with (default: git's user.signingkey)")
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show it, and merge nothing')
    .option('--json', 'print JSON')
    .action((id, options) => done(approveCommand(id, options, adapters, terminal)))
}

function forOperators(
  program: Command,
  adapters: Adapters,
  terminal: Terminal,
  signals: () => Signals,
  done: Done,
): void {
  program
    .command('init')
    .description('lay out an ops repo, make keys, write the configuration; or join one that is laid out')
    .argument('<path-or-url>', 'a path (made where there is none) or URL of the ops repo')
    .option('--dir <folder>', 'where countersign.toml, key and state go', '.')
    .option(
      '--admin <name=key>',
      'an admin and their SSH public key (text or file), or at a forge the login to pin; may repeat',
      collect,
    )
    .addOption(new Option('--forge <kind>', 'pull requests of this kind of forge approve').choices(FORGE_KINDS))
    .option('--forge-url <url>', "its URL (default: the server of the ops repo's)")
    .option('--forge-repo <owner/name>', 'the ops repo there (default: by its URL)')
    .option('--writer <name=key>', 'a writer; may repeat', collect)
    .option('--requester <name=key>', 'a requester; may repeat', collect)
    .option('--trust-key <key>', 'public key of another dispatcher of this ops repo; may repeat', collect)
    .option('--branch <name>', 'main branch of the ops repo')
    .option('--enable', 'let the dispatcher write from the start')
    .option('--json', 'print JSON')
    .action((target, options) => done(initCommand(target, options, adapters, terminal)))
  configOption(program.command('tick'))
    .description('one tick, and the end of every run that it started')
    .option('--dry-run', 'show the plan, do nothing')
    .option('--json', 'print a JSON line per action')
    .action((options) => done(tickCommand(options, adapters, terminal, signals().stopped)))
  configOption(program.command('serve'))
    .description('the daemon: ticks by the configured schedule until it is told to stop')
    .action((options) => done(serve(options, adapters, terminal, signals())))
  configOption(program.command('doctor'))
    .description('is everything set up so that the laws can hold; each finding with its remedy')
    .option('--apply', 'set up the protection at the forge (with the token of an admin in COUNTERSIGN_ADMIN_TOKEN)')
    .option('--json', 'print JSON')
    .action((options) => done(doctorCommand(options, adapters, terminal)))
  repoOptions(program.command('classify'))
    .description('the tier of an action file or formula, and why')
    .argument('<action-file-or-formula>')
    .option('--policy <file>', 'a policy file instead of the one in force')
    .option('--json', 'print JSON')
    .action((subject, options) => done(classifyCommand(subject, options, adapters, terminal)))
  configOption(program.command('freeze'))
    .description('this dispatcher claims nothing from now on')
    .option('--reason <text>', 'why; recorded')
    .option('--json', 'print JSON')
    .action((options) => done(freezeCommand(options, adapters, terminal)))
  configOption(program.command('unfreeze'))
    .description('lift the freeze')
    .option('--root <commit>', 'accept main as it is, from this commit on')
    .option('--json', 'print JSON')
    .action((options) => done(unfreezeCommand(options, adapters, terminal)))
}

function forAuditors(program: Command, adapters: Adapters, terminal: Terminal, done: Done): void {
  repoOptions(program.command('status'))
    .description('the trust set in force, frozen or not, and what waits on whom; for one id, why')
    .argument('[id]', 'id of an action')
    .option('--watch', 'say it again whenever it changes')
    .option('--json', 'print JSON')
    .action((id, options) => done(statusCommand(id, options, adapters, terminal)))
  repoOptions(program.command('log'))
    .description('what fired; for one id, its records decoded')
    .argument('[id]', 'id of an action')
    .addOption(new Option('--tier <tier>', 'only this tier').choices(['low', 'medium', 'high']))
    .option('--formula <name>', 'only this formula')
    .option('--day <YYYY-MM-DD>', 'only this day')
    .option('--since <YYYY-MM-DD>', 'from this day on')
    .option('--limit <count>', 'only the last ones (default: 100 as text, all as JSON)', wholeNumber)
    .option('--key <ed25519:...>', "a dispatcher's public key (default: the configuration's); may repeat", collect)
    .option('--json', 'print JSON')
    .action((id, options) => done(log(id, options, adapters, terminal)))
  repoOptions(program.command('verify'))
    .description('check every record by a clone and a pinned public key')
    .option('--key <ed25519:...>', "a dispatcher's public key (default: the configuration's); may repeat", collect)
    .option('--json', 'print JSON')
    .action((options) => done(verifyCommand(options, adapters, terminal)))
}

function configOption(command: Command): Command {
  return command.option('--config <file>', 'configuration (default: COUNTERSIGN_CONFIG, else ./countersign.toml)')
}

function repoOptions(command: Command): Command {
  return configOption(command)
    .option('--repo <url>', 'the ops repo, without a configuration (or COUNTERSIGN_REPO)')
    .option('--branch <name>', 'its main branch (default: main)')
    .option('--root <commit>', 'the trust root to go by')
    .option(
      '--forge <url>',
      "URL of its forge, with your token in COUNTERSIGN_FORGE_TOKEN (or COUNTERSIGN_FORGE; default: the repo's server)",
    )
    .addOption(
      new Option('--forge-kind <kind>', 'what it is (or COUNTERSIGN_FORGE_KIND; default: by its name)').choices(
        FORGE_KINDS,
      ),
    )
    .option('--forge-repo <owner/name>', 'the ops repo there (or COUNTERSIGN_FORGE_REPO; default: by its URL)')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.')
  return Number(text)
}
