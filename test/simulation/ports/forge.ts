/** The forge as one dispatcher reaches it. */
import type { Forge } from '../../../lib/forge/forge-options.js'
import type { ForgeReader, ForgeWriter, OpenPulls } from '../../../lib/forge/port.js'
import type { PullComment, PullHistory, ReviewFact } from '../../../vault/forge/fact.js'
import { did } from '../forge/deeds.js'
import { SELF } from '../forge/site.js'
import type { Process } from '../host.js'
import { personOfAccount } from '../people/cast.js'
import { ForgeDesk, missing } from './forge-desk.js'
import { commentsOf, historyOf, pullFact, REPOSITORY_ID, reviewsOf, SELF_ACCOUNT } from './forge-facts.js'

export function simulatedForge(process: Process): Forge {
  const desk = new ForgeDesk(process)
  const openPull = () => Promise.reject(new Error('requesters act for themselves here'))
  return { ...readerOf(desk), ...writerOf(desk), openPull }
}

const REPOSITORY = {
  ...{ id: REPOSITORY_ID, fullName: 'acme/ops', url: 'https://forge.invalid/acme/ops' },
  ...{ cloneUrl: 'https://forge.invalid/acme/ops.git', defaultBranch: 'main' },
}

function readerOf(desk: ForgeDesk): ForgeReader {
  const doubledPulls = ({ pulls, truncated }: OpenPulls) => ({ pulls: twice(pulls), truncated })
  const doubledPushes = (history: PullHistory) => ({ ...history, pushes: twice(history.pushes) })
  return {
    kind: desk.site.kind,
    self: () => desk.ask({ name: 'self' }, () => SELF_ACCOUNT),
    repository: () => desk.ask({ name: 'repository' }, () => REPOSITORY),
    openPulls: () =>
      desk.ask<OpenPulls>({ name: 'pulls', doubled: doubledPulls }, (moment) => {
        const open = desk.pictures(moment.asOf).filter((picture) => picture.isOpen)
        return { pulls: open.map((picture) => ({ ...pullFact(picture, moment), mergedBy: null })), truncated: false }
      }),
    pull: (number) => desk.ask({ name: 'pull' }, (moment) => pullFact(desk.picture(number, moment.asOf), moment)),
    pullsOfMerge: (commit) =>
      desk.ask({ name: 'merge' }, ({ asOf }) =>
        desk.pictures(asOf).flatMap(({ pull, merged }) => (merged?.commit === commit ? [pull.number] : [])),
      ),
    history: ({ number }) =>
      desk.ask<PullHistory>({ name: 'history', doubled: doubledPushes }, (moment) =>
        historyOf(desk.picture(number, moment.asOf), moment),
      ),
    reviews: (number) =>
      desk.ask<readonly ReviewFact[]>({ name: 'reviews', doubled: twice }, (moment) =>
        reviewsOf(desk.picture(number, moment.asOf), moment),
      ),
    comments: (number) =>
      desk.ask<readonly PullComment[]>({ name: 'comments', commentsOf: number, doubled: twice }, (moment) =>
        commentsOf(desk.picture(number, moment.asOf), moment),
      ),
    permission: ({ id }) =>
      desk.ask({ name: 'permission' }, ({ site, asOf }) => {
        const role = site.roleOf(personOfAccount(id) ?? SELF, asOf)
        return role === 'deleted' ? 'none' : role
      }),
  }
}

function writerOf(desk: ForgeDesk): ForgeWriter {
  const { site, world, process } = desk
  return {
    createComment: (number, body) => {
      const asked = world.truth.tick()
      return desk.tell('comment', () => {
        const comment = site.nextId()
        did(world, desk.pull(number), SELF, { kind: 'commented', comment, body })
        site.created.push({ process: process.serial, pull: number, asked, comment })
        return comment
      })
    },
    editComment: (comment, body) =>
      desk.tell('edit', () => {
        const pictures = desk.pictures(world.truth.now)
        const found = pictures.find(({ comments }) => comments.some(({ id }) => id === comment))
        if (found === undefined) throw missing(`comment ${comment}`)
        did(world, found.pull, SELF, { kind: 'edited', comment, body })
      }),
    addLabel: (number, { name: label }) => desk.note('label', number, { kind: 'labelled', label }),
    removeLabel: (number, label) => desk.note('unlabel', number, { kind: 'unlabelled', label }),
    setStatus: (commit, state) => desk.tell('status', () => site.setStatus(commit, state, world.gate.isLate)),
    closePull: (number) =>
      desk.tell('close', () => {
        const { pull, isOpen } = desk.picture(number, world.truth.now)
        if (isOpen) did(world, pull, SELF, { kind: 'closed' })
      }),
  }
}

function twice<T>(entries: readonly T[]): readonly T[] {
  return entries.flatMap((entry) => [entry, entry])
}
