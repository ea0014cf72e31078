/**
 * Floors: `bare-runs.js COUNT AT-ONCE PROGRAM ARGUMENT…` runs a program so many times, and says how many milliseconds that took. A
 * process of its own, because a fork costs more the more memory there is, and the bench has much.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const [count = '', atOnce = '', program = '', ...args] = process.argv.slice(2)

let left = Number(count)
async function runSome(): Promise<void> {
  while (left-- > 0) {
    const [code] = (await once(spawn(program, args, { stdio: 'ignore' }), 'exit')) as [number | null]
    if (code !== 0) throw new Error(`${program} ended with ${code}`)
  }
}

const started = performance.now()
await Promise.all(Array.from({ length: Number(atOnce) }, runSome))
process.stdout.write(`${performance.now() - started}\n`)
