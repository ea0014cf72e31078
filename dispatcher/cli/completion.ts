/** What the shell offers on Tab: the program's own words, and what the library does not find in them. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { BASH_WORDS } from './bash-words.js'
import type { Terminal } from './terminal.js'

/** For last, when the program has all its commands. */
export function completionOn(program: Command, terminal: Terminal): void {
  const { commands } = tab(program, { completionCommandName: 'completion' })
  // An option is looked up by name in the first command that has it: the `--forge` of `demo` takes no value, others do.
  const demo = commands.get('demo')
  if (demo !== undefined && commands.delete('demo')) commands.set('demo', demo)
  commands.get('help')?.argument('command', (offer) => {
    for (const name of commands.keys()) offer(name, '')
  })
  program.hook('preAction', (_, command) => {
    if (command.name() === 'completion' && command.args[0] === 'bash') terminal.out(BASH_WORDS)
  })
}
