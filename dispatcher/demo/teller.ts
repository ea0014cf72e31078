/** Tells the story on a terminal: what is said, who does what, and what the real commands say to it. */
import { CommandError, type ExitCode, type Terminal } from '../cli/terminal.js'

export class Teller {
  constructor(private readonly terminal: Terminal) {}

  say(...lines: readonly string[]): void {
    for (const line of ['', ...lines]) this.terminal.out(line)
  }

  /** Something that somebody does, or that is to be seen. */
  note(line: string): void {
    this.terminal.out(`  ${line}`)
  }

  /** Shows a command as somebody would type it, runs it, and shows what it says. */
  async act(who: string, shown: string, run: (terminal: Terminal) => Promise<ExitCode>): Promise<ExitCode> {
    this.note(`${who} $ countersign ${shown}`)
    const indented: Terminal = {
      ...this.terminal,
      out: (line) => this.indent(line),
      err: (line) => this.indent(line),
      isInteractive: false,
    }
    try {
      return await run(indented)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.indent(error.message)
      return error.exitCode
    }
  }

  indent(text: string): void {
    for (const line of text.split('\n')) this.terminal.out(`      ${line}`)
  }
}
