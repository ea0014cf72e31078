/** The state folder of a host: files that are whole or not there, an id that stays with them. */
import { basename, dirname } from 'node:path'
import type { StatePlace } from '../../../dispatcher/state/place.js'
import type { StateFiles } from '../../../lib/state/port.js'
import type { Process } from '../host.js'

export function simulatedPlace(process: Process): StatePlace {
  const files = simulatedFiles(process)
  return {
    files,
    lock: async (stateDir) => {
      const path = `${stateDir}/instance.json`
      if ((await files.read(path)) === null)
        await files.write(path, JSON.stringify({ instance: process.host.world.newInstance() }))
      const { instance } = JSON.parse((await files.read(path)) ?? '{}') as { instance: string }
      return { id: instance, isHeld: async () => true, release: async () => undefined }
    },
    formulas: () => ({ pathFor: async (ids) => `/simulated/formulas/${ids.formulas}` }),
    ops: (path) => ({
      path,
      show: async (commit) => {
        process.host.needRoom()
        process.shown.add(commit)
      },
    }),
  }
}

/** A claim is in flight that was not, by the view before. */
function hasNews(before: string | undefined, after: string): boolean {
  const inFlight = (view: string) => Object.keys((JSON.parse(view) as { inFlight: object }).inFlight)
  const known = new Set(before === undefined ? [] : inFlight(before))
  return inFlight(after).some((id) => !known.has(id))
}

/** A file of the state folder by its own name, what lies below it by its folder's. */
function nameOf(path: string): string {
  const folder = basename(dirname(path))
  return folder === 'state' ? basename(path) : folder
}

function simulatedFiles(process: Process): StateFiles {
  const { gate } = process.host.world
  const { files } = process.disk
  const error = () => Object.assign(new Error('EIO: input/output error'), { code: 'EIO' })
  const knows = (path: string) => {
    const seen = path.endsWith('/seen.json') ? process.seenOnDisk : null
    if (seen !== null) process.host.world.truth.seenBy.set(process.serial, seen)
  }
  return {
    read: async (path) => {
      knows(path)
      return files.get(path) ?? null
    },
    write: (path, text) => {
      if (nameOf(path) === 'repeated') {
        const { truth } = process.host.world
        truth.secondRuns.set(basename(path), { process: process.serial, seq: truth.now })
      }
      const written = gate.call(process, {
        name: `write ${nameOf(path)}`,
        faults: ['fail', 'lost', 'crash_before', 'crash_after'],
        error,
        work: () => {
          if (process.host.isBlind && path.endsWith('/view.json') && hasNews(files.get(path), text)) throw error()
          files.set(path, text)
          if (path.endsWith('/view.json')) process.host.world.watches(process.host)
        },
      })
      void written.then(
        () => knows(path),
        () => undefined,
      )
      return written
    },
    append: (path, text) => {
      const add = (part: string) => void files.set(path, (files.get(path) ?? '') + part)
      return gate.call(process, {
        name: `append ${nameOf(path)}`,
        faults: ['fail', 'lost', 'torn', 'crash_before', 'crash_after'],
        error,
        work: () => add(text),
        own: {
          torn: () => {
            add(text.slice(0, Math.floor(text.length / 2)))
            process.crash()
          },
        },
      })
    },
    // Here only a crash of a process tears anything: no machine loses its power.
    sync: async () => undefined,
    rename: (path, to) =>
      gate.call(process, {
        name: `rename ${nameOf(path)}`,
        faults: ['fail', 'lost', 'crash_before', 'crash_after'],
        error,
        work: () => {
          const text = files.get(path)
          if (text !== undefined) files.set(to, text)
          return files.delete(path)
        },
      }),
    list: async (folder) =>
      [...files.keys()]
        .filter((path) => dirname(path) === folder)
        .map((path) => basename(path))
        .sort(),
    remove: (path) =>
      gate.call(process, {
        name: `remove ${nameOf(path)}`,
        faults: ['fail', 'crash_before', 'crash_after'],
        error,
        work: () => void files.delete(path),
      }),
  }
}
