/** A runner that cannot run: for commands that only look, and for `[runner]` kinds without a write side. */
import type { RunReader, RunWriter } from './port.js'
import { RunnerError } from './runner-error.js'

export function readOnlyRunner(reader: RunReader): RunWriter {
  const refuse = async (): Promise<never> => {
    throw new RunnerError('write_not_supported', 'this runner only reads')
  }
  return {
    left: [],
    state: (nonce) => reader.state(nonce),
    note: refuse,
    run: refuse,
    close: refuse,
    attach: refuse,
    forget: refuse,
    stopAll: refuse,
    detach: () => undefined,
  }
}
