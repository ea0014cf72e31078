/**
 * The supervisor: a program of its own that starts runs, watches them, and writes down how they ended. It outlives the
 * dispatcher that started it, so that a run does.
 *
 * One for each dispatcher, not one for each run: a Node process for each run would cost 45 ms of start where a shell
 * costs one. A supervisor in /bin/sh for each run would be cheap, but could neither redact output before it is stored
 * nor cap it, and its `wait` knows no time limit. And not one for ever, shared behind a socket: that would need an
 * election, a protocol between versions, and a rule for when it ends. Here the channel is inherited, carries secrets
 * past the disk, and closes with the dispatcher: a supervisor takes no orders then, ends its runs, and exits. The next
 * dispatcher starts its own, and finds the runs of the old one on the disk. That a run is never started twice does not
 * hang on who supervises: it is one exclusive link (`take-run.ts`).
 *
 * What a run costs beside a bare start of the same command is kept small: shells that are kept start the steps
 * (`launcher.ts`), starts are made durable many at a time (`start-lease.ts`), ends a little later (`end-sync.ts`), what is
 * forgotten is removed when there is time (`lazy-removal.ts`), and a short run is swept by the pids given out since it
 * began (`sweep.ts`). The program itself imports no parser and no schema: a fork costs more the more memory there is.
 *
 * SIGTERM cancels its runs. Under systemd, `KillMode=process` leaves supervisors alone when the dispatcher is stopped.
 */
import { closeInherited } from './close-inherited.js'
import type { Order, Report } from './order.js'
import { SupervisorCore } from './supervisor-core.js'

process.umask(0o077)
closeInherited()

const core = new SupervisorCore((report: Report) => {
  // The answer of `send` only matters to a dispatcher that is still there; the end is on disk.
  if (process.connected) process.send?.(report, undefined, {}, () => undefined)
})

function exitWhenDone(): void {
  if (!process.connected && core.isIdle) void core.close().then(() => process.exit(0))
}

// What runs has nobody else: one failure that nobody foresaw must not take all of it down.
process.on('uncaughtException', (error) => process.stderr.write(`${error.stack ?? error.message}\n`))
process.stderr.on('error', () => undefined)
process.on('message', (order: Order) => void core.obey(order).then(exitWhenDone))
process.on('disconnect', exitWhenDone)
process.on('SIGTERM', () => core.stop())
for (const signal of ['SIGINT', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => undefined)

if (process.send === undefined) {
  process.stderr.write('the supervisor is started by a dispatcher, not by hand\n')
  process.exit(2)
}
// The dispatcher may have ended before this program began. A turn later: orders that it left in the channel come first,
// and a run that was taken from one of them must not lose its supervisor.
setImmediate(exitWhenDone)
