/** A pull request as it was at one moment. */
import type { Oid } from '../../../vault/oid.js'
import type { Pull, PullEvent, Push, Site, Stamp, Who } from './site.js'

export interface ReviewPicture {
  readonly id: number
  readonly by: Who
  readonly state: 'approved' | 'changes_requested'
  readonly commit: Oid | null
  readonly isDismissed: boolean
  readonly at: number
  readonly seq: number
}

export interface CommentPicture {
  readonly id: number
  readonly by: Who
  /** Whose words it holds now. */
  readonly writtenBy: Who
  readonly body: string
  readonly createdAt: number
  readonly updatedAt: number
}

export interface PullPicture {
  readonly pull: Pull
  readonly isOpen: boolean
  readonly merged: { readonly by: Who; readonly commit: Oid; readonly head: Oid } | null
  readonly head: Oid
  readonly hasBranch: boolean
  readonly base: string
  readonly isDraft: boolean
  readonly wasRetargeted: boolean
  readonly scheduledBy: readonly Who[]
  readonly closedBy: readonly Who[]
  readonly reopenedBy: readonly Who[]
  readonly labels: readonly string[]
  readonly updatedAt: number
  readonly reviews: readonly ReviewPicture[]
  readonly comments: readonly CommentPicture[]
  /** Pushes to its branch. */
  readonly pushes: readonly Push[]
}

/** The picture that was drawn last of each, with how much had happened by then: nothing is ever taken back. */
const drawn = new WeakMap<Pull, { readonly events: number; readonly pushes: number; readonly picture: PullPicture }>()

/** Null: it was not opened yet. */
export function pictureOf(site: Site, pull: Pull, asOf: number): PullPicture | null {
  if (pull.opened.seq > asOf) return null
  const pushes = site.pushesTo(pull.ref)
  const happened = { events: countUntil(pull.events, asOf), pushes: countUntil(pushes, asOf) }
  const last = drawn.get(pull)
  if (last?.events === happened.events && last.pushes === happened.pushes) return last.picture
  const picture = draw(pull, pull.events.slice(0, happened.events), pushes.slice(0, happened.pushes))
  drawn.set(pull, { ...happened, picture })
  return picture
}

/** How many of them had happened: they are in order. */
function countUntil(stamped: readonly Stamp[], asOf: number): number {
  let count = stamped.length
  while (count > 0 && stamped[count - 1]!.seq > asOf) count--
  return count
}

function draw(pull: Pull, events: readonly PullEvent[], toRef: readonly Push[]): PullPicture {
  const pushes = sinceMade(toRef, pull.opened)
  const last = pushes.at(-1)
  const of = <K extends PullEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<PullEvent, { kind: K }> => event.kind === kind)
  const [merged] = of('merged')
  const turn = events.findLast(({ kind }) => kind === 'closed' || kind === 'reopened')
  const touching = events.filter(({ kind }) => !UNSEEN.has(kind))
  return {
    pull,
    isOpen: merged === undefined && turn?.kind !== 'closed',
    merged: merged ?? null,
    head: last?.after ?? last?.before ?? ('' as Oid),
    hasBranch: last?.after != null,
    base: of('retargeted').at(-1)?.base ?? 'main',
    isDraft: of('drafted').at(-1)?.isDraft ?? false,
    wasRetargeted: of('retargeted').length > 0,
    scheduledBy: of('scheduled').map(({ by }) => by),
    closedBy: of('closed').map(({ by }) => by),
    reopenedBy: of('reopened').map(({ by }) => by),
    labels: labelsOf(events),
    updatedAt: Math.max(
      pull.opened.at,
      ...touching.map(({ at }) => at),
      ...pushes.filter(({ seq }) => seq > pull.opened.seq).map(({ at }) => at),
    ),
    reviews: of('reviewed').map((event) => ({
      ...event,
      isDismissed: of('dismissed').some(({ review }) => review === event.id),
    })),
    comments: commentsOf(events),
    pushes,
  }
}

/** These do not show in a pull request's time of change. */
const UNSEEN: ReadonlySet<PullEvent['kind']> = new Set(['edited'])

/** From when the branch was made that it was opened for; a branch of that name before it was another one. */
function sinceMade(pushes: readonly Push[], opened: Stamp): readonly Push[] {
  const made = pushes.findLastIndex(({ before, seq }) => before === null && seq < opened.seq)
  return pushes.slice(Math.max(0, made))
}

function labelsOf(events: readonly PullEvent[]): readonly string[] {
  const labels = new Set<string>()
  for (const event of events) {
    if (event.kind === 'labelled') labels.add(event.label)
    if (event.kind === 'unlabelled') labels.delete(event.label)
  }
  return [...labels]
}

function commentsOf(events: readonly PullEvent[]): readonly CommentPicture[] {
  const comments = new Map<number, CommentPicture>()
  for (const event of events) {
    if (event.kind === 'commented') {
      const { comment: id, by, body, at } = event
      comments.set(id, { id, by, writtenBy: by, body, createdAt: at, updatedAt: at })
    }
    if (event.kind === 'edited') {
      const before = comments.get(event.comment)
      if (before !== undefined)
        comments.set(event.comment, { ...before, body: event.body, writtenBy: event.by, updatedAt: event.at })
    }
    if (event.kind === 'deleted') comments.delete(event.comment)
  }
  return [...comments.values()]
}
