/** A clone of one host, and the remote behind it. Local reads are answered at once; what leaves the machine waits at the gate. */
import { GitError } from '../../../lib/git/git-error.js'
import { MissingObject } from '../../../lib/git/missing-object.js'
import type {
  CommitDraft,
  History,
  Objects,
  RefResult,
  RefUpdate,
  Remote,
  Repository,
  Writer,
} from '../../../lib/git/port.js'
import type { Oid } from '../../../vault/oid.js'
import type { Fault } from '../gate.js'
import { MAIN, NOTES, type Server } from '../git/server.js'
import type { Process } from '../host.js'
import { isRewritten, pushMain, write } from '../people/ground.js'
import type { Actor } from '../truth.js'

const PUSH_FAULTS = ['fail', 'lost', 'late', 'refused', 'partly', 'crash_before', 'crash_after', 'crash_late'] as const

export function simulatedRepository(process: Process): Repository {
  return {
    path: '/simulated/repo.git',
    objects: objectsOf(process),
    history: historyOf(process),
    writer: writerOf(process),
    remote: remoteOf(process),
    signatureOf: async (commit) => here(process, commit).signature,
    close: async () => undefined,
  }
}

function serverOf(process: Process): Server {
  return process.host.world.server
}

/** What was fetched, or made here. */
function here(process: Process, commit: Oid) {
  const found = process.disk.commits.has(commit) ? serverOf(process).store.commit(commit) : null
  if (found === null) throw new MissingObject(commit)
  return found
}

function objectsOf(process: Process): Objects {
  const { store } = serverOf(process)
  const has = (treeish: Oid) => store.commit(treeish) === null || process.disk.commits.has(treeish)
  return {
    commit: async (oid) => (process.disk.commits.has(oid) ? store.commit(oid) : null),
    commitBytes: async (oid) => (process.disk.commits.has(oid) ? new TextEncoder().encode(oid) : null),
    tree: async (treeish) => {
      const tree = has(treeish) ? store.tree(treeish) : null
      return tree === null ? null : [...tree.entries].map(([name, entry]) => ({ name, ...entry }))
    },
    entry: async (treeish, path) => {
      if (!has(treeish)) throw new MissingObject(treeish)
      const entry = store.entry(treeish, path)
      return entry === null ? null : { name: path.slice(path.lastIndexOf('/') + 1), ...entry }
    },
    blob: async (oid, maxBytes) => {
      const bytes = process.host.lacks.has(oid) ? null : store.blob(oid)
      if (bytes === null) return { kind: 'missing' }
      return bytes.length > maxBytes ? { kind: 'too_large', bytes: bytes.length } : { kind: 'blob', bytes }
    },
  }
}

function historyOf(process: Process): History {
  const { store, graph } = serverOf(process)
  return {
    newCommits: async (heads, from) => {
      const old = graph.ancestors(here(process, from).oid)
      const fresh = new Map<Oid, readonly Oid[]>()
      for (const head of heads) {
        for (const commit of graph.fresh(here(process, head).oid, old)) fresh.set(commit, store.commit(commit)!.parents)
      }
      return fresh
    },
    mergeBases: async (a, b) => graph.mergeBases(here(process, a).oid, here(process, b).oid),
    isOnFirstParentLine: async (ancestor, descendant) => {
      if (!process.disk.commits.has(descendant)) throw new GitError('failed', `no commit ${descendant}`)
      return graph.isOnLine(ancestor, descendant)
    },
    walkLine: async (to, see) => {
      for (let commit: Oid | undefined = here(process, to).oid; commit !== undefined; ) {
        if (see(commit)) return true
        commit = store.commit(commit)?.parents[0]
      }
      return false
    },
    line: async (from, to, paths) => graph.lineChanges(from, here(process, to).oid, paths),
    deletions: async (from, to, paths) =>
      graph.lineChanges(from, here(process, to).oid, paths).flatMap((commit) => {
        const changes = commit.changes.filter(({ after }) => after === null)
        return changes.length === 0 ? [] : [{ ...commit, changes }]
      }),
    diff: async (from, to, paths, max) => {
      const below = (path: string) => paths.length === 0 || paths.some((p) => path === p || path.startsWith(`${p}/`))
      const changes = graph.diff(from, to).filter(({ path }) => below(path))
      return { changes: changes.slice(0, max), truncated: changes.length > max }
    },
  }
}

function writerOf(process: Process): Writer {
  const { store } = serverOf(process)
  const make = (draft: Omit<CommitDraft, 'edits' | 'parents'>, parents: readonly Oid[], tree: () => Oid) =>
    process.host.world.gate.call(process, {
      name: 'git commit',
      faults: ['fail', 'crash_before'],
      error: () => new GitError('no_space', 'no space left on device'),
      work: () => {
        const { message, author, at } = draft
        const signature = { kind: 'unsigned' } as const
        const commit = store.addCommit({ tree: tree(), parents, message, author: author.name, at, signature })
        process.disk.commits.add(commit)
        return commit
      },
    })
  return {
    commit: (draft) => make(draft, draft.parents, () => store.edited(draft.parents[0]!, draft.edits)),
    notesCommit: async (parent, notes, draft) => {
      if (parent !== null) here(process, parent)
      const edits = [...notes].map(([head, text]) => ({
        kind: 'write' as const,
        path: head as string,
        bytes: new TextEncoder().encode(text),
      }))
      return make(draft, parent === null ? [] : [parent], () => store.edited(parent ?? store.emptyTree, edits))
    },
  }
}

const broken = () => new GitError('unreachable', 'the connection broke')

function remoteOf(process: Process): Remote {
  const server = serverOf(process)
  const { gate } = process.host.world
  return {
    list: () => {
      const { truth } = process.host.world
      truth.looked.set(process.serial, truth.now)
      return gate.call(process, {
        name: 'git list',
        faults: ['fail', 'crash_before'],
        isRemote: true,
        error: broken,
        work: () => ({ main: server.ref(MAIN), requests: server.requests(), notes: server.ref(NOTES) }),
      })
    },
    fetch: (refs) => fetchOf(process, () => refs.map((ref) => [ref, server.ref(ref)])),
    fetchTips: (tips) => fetchOf(process, () => [...tips]),
    push: (updates) => {
      checkUpdates(server, updates)
      const by: Actor = {
        kind: 'dispatcher',
        host: process.host.name,
        instance: process.host.instance ?? '',
        process: process.serial,
      }
      for (const { ref, expected: base } of updates) if (ref === MAIN && process.isAlive) noteSent(process, by, base)
      const refused = (): readonly RefResult[] =>
        updates.map(({ ref }) => ({ ref, kind: 'rejected', why: 'a hook declined' }))
      return gate.call(process, {
        name: `git push ${nameOf(updates)}`,
        faults: PUSH_FAULTS satisfies readonly Fault[],
        isRemote: true,
        about: updates[0]?.to ?? undefined,
        error: broken,
        work: () => {
          comeFirst(process, updates)
          return pushed(server, updates, by)
        },
        own: {
          refused,
          partly: () => {
            pushed(server, updates.slice(0, Math.floor(updates.length / 2)), by)
            throw broken()
          },
        },
      })
    },
  }
}

function comeFirst({ host: { world } }: Process, updates: readonly RefUpdate[]): void {
  const isTelling = updates.some(({ ref, to }) => {
    const message = ref === MAIN && to !== null ? world.server.store.commit(to)?.message : undefined
    return /^Status: /m.test(message ?? '')
  })
  if (world.rivals === 0 || isRewritten(world) || !isTelling) return
  world.rivals--
  pushMain(world, { by: 'bob', edits: [write('README.md', String(world.truth.tick()))] })
}

function noteSent(process: Process, by: Actor, base: Oid | null): void {
  const { truth } = process.host.world
  truth.sent.push({ seq: truth.now, by, base, seen: truth.seenBy.get(process.serial) ?? null })
}

function nameOf([first]: readonly RefUpdate[]): string {
  if (first?.ref === MAIN) return 'main'
  return first?.ref === NOTES ? 'notes' : 'branches'
}

type Tips = readonly (readonly [ref: string, tip: Oid | null])[]

/** A server gives away what no ref has any more: nothing is removed from it before long. */
function fetchOf(process: Process, tips: () => Tips): Promise<Map<string, string>> {
  return process.host.world.gate.call(process, {
    name: 'git fetch',
    faults: ['fail', 'partly', 'crash_before', 'crash_after'],
    isRemote: true,
    error: broken,
    work: () => fetched(process, tips(), () => true),
    own: { partly: () => fetched(process, tips(), (index) => index % 2 === 1) },
  })
}

function fetched(process: Process, tips: Tips, isTaken: (index: number) => boolean): Map<string, string> {
  const server = serverOf(process)
  const failed = new Map<string, string>()
  for (const [index, [ref, tip]] of tips.entries()) {
    if (tip === null || !isTaken(index) || server.store.commit(tip) === null) failed.set(ref, 'could not be fetched')
    else for (const commit of server.graph.fresh(tip, process.disk.commits)) process.disk.commits.add(commit)
  }
  return failed
}

/** As the adapter does: main, notes and requests only, and no move that is no fast-forward. */
function checkUpdates(server: Server, updates: readonly RefUpdate[]): void {
  for (const { ref, expected, to } of updates) {
    if (ref !== MAIN && ref !== NOTES && !ref.startsWith('refs/heads/vault/'))
      throw new GitError('failed', `no such ref as ${ref}`)
    if (to === null ? ref === MAIN || ref === NOTES : expected !== null && !server.graph.ancestors(to).has(expected))
      throw new GitError('failed', `${ref} would not be a fast-forward`)
  }
}

function pushed(server: Server, updates: readonly RefUpdate[], by: Actor): readonly RefResult[] {
  return updates.map(({ ref, expected, to }) => {
    const why = server.move(ref, expected, to, by)
    return why === null ? { ref, kind: 'done' } : { ref, kind: 'rejected', why }
  })
}
