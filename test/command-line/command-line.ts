/** The command lines of what developers start: whatever is not understood is one message with its remedy, and exit code 2. */
import { Command, InvalidArgumentError } from 'commander'

const USAGE = 2

/** @param started what people type to start it, up to the options */
export function commandLine(started: string, does: string): Command {
  return new Command(started)
    .description(does)
    .showHelpAfterError('(see --help)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
}

/** 0 and more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** 1 and more. */
export function count(text: string): number {
  const number = wholeNumber(text)
  if (number === 0) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}

/** `0,1000`. */
export function wholeNumbers(text: string): readonly number[] {
  return text.split(',').map(wholeNumber)
}

/** Some of them, with commas between. */
export function someOf<Word extends string>(words: readonly Word[]): (text: string) => readonly Word[] {
  return (text) =>
    text.split(',').map((part) => {
      const word = words.find((one) => one === part)
      if (word === undefined) throw new InvalidArgumentError(`\`${part}\` is none of ${words.join(', ')}.`)
      return word
    })
}
