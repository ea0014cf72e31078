/** Who brought what, and what else happened, as Forgejo tells it: in two places, and neither is whole. */
import { describe, expect, it } from 'vitest'
import { forgejoPull } from '../../../lib/forge/forgejo/pull-wire.js'
import { faultOf, scripted } from './open-scripted.js'
import { sample } from './sample.js'
import { forgejoPull as answer, forgejoUser, HEAD, MERGE } from './wire-answers.js'

const world = scripted()
const TIMELINE = '/repos/o/r/issues/1/timeline'
const FEED = '/repos/o/r/activities/feeds'
const AT = '2026-11-22T05:00:00Z'
const OPENED = Date.parse(AT)
const OTHER = 'e'.repeat(40)

let nextId = 1
const event = (type: string, user: number, body: unknown = '', at = AT) => {
  nextId += 1
  return {
    id: nextId,
    type,
    user: forgejoUser(user),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    created_at: at,
  }
}
const push = (user: number, ids: readonly string[], isForced = false) =>
  event('pull_push', user, { is_force_push: isForced, commit_ids: ids })
const line = (user: number, tip: string | null, branch = 'vault/1', created = AT) => {
  nextId += 1
  const content = tip === null ? '' : JSON.stringify({ HeadCommit: { Sha1: tip }, Len: 1 })
  const who = { act_user: forgejoUser(user), op_type: 'commit_repo' }
  return { id: nextId, ...who, ref_name: `refs/heads/${branch}`, content, created }
}

interface Told {
  readonly timeline: readonly unknown[] | null
  readonly feed?: readonly unknown[] | null
}

function tell({ timeline, feed = [] }: Told): void {
  world.server.script = ({ path }) => {
    if (path.startsWith(TIMELINE)) return { json: timeline }
    if (!path.startsWith(FEED)) return undefined
    if (feed === null) return { status: 404, json: {} }
    return { json: pageOf(feed, path), headers: { 'x-total-count': String(feed.length) } }
  }
}

/** Fifty a page. */
function tellPages(timeline: readonly unknown[], feed: readonly unknown[]): void {
  world.server.script = ({ path }) => {
    if (path.startsWith(TIMELINE)) return { json: timeline }
    if (!path.startsWith(FEED)) return undefined
    const page = Number(new URLSearchParams(path.split('?')[1]).get('page'))
    return { json: feed.slice((page - 1) * 50, page * 50), headers: { 'x-total-count': String(feed.length) } }
  }
}

/** All on the first page of any day. */
const pageOf = (items: readonly unknown[], path: string) => (/[?&]page=1(&|$)/.test(path) ? items : [])

const opened = (changes = {}) => forgejoPull.parse(answer(1, changes))
const pushers = (history: { pushes: readonly { by: { id: number } | null; after: string | null }[] }) =>
  history.pushes.map(({ by, after }) => [by?.id ?? null, after])

describe('who pushed', () => {
  it('before it was opened: the activity knows, the timeline names the poster', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD), line(4, null)] })
    const history = await world.open('forgejo').history(opened())
    expect(pushers(history)).toEqual([
      [4, HEAD],
      [3, HEAD],
    ])
  })

  it('is not asked for again while nothing moved', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD), line(4, null)] })
    const forge = world.open('forgejo')
    await forge.history(opened())
    await forge.history(opened())
    expect(world.server.routes.filter((route) => route.endsWith('feeds'))).toHaveLength(1)
  })

  it('an earlier branch of the same name is another one', async () => {
    const earlier = [
      line(9, OTHER, 'vault/1', '2026-11-22T03:00:00Z'),
      line(9, null, 'vault/1', '2026-11-22T03:00:00Z'),
    ]
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD), line(4, null), ...earlier] })
    expect(pushers(await world.open('forgejo').history(opened()))).not.toContainEqual([9, OTHER])
  })

  it('on a busy day: what is older than the branch is not read', async () => {
    const older = Array.from({ length: 600 }, () => line(9, OTHER, 'main', '2026-11-22T03:00:00Z'))
    const newer = Array.from({ length: 60 }, () => line(9, OTHER, 'main', '2026-11-22T06:00:00Z'))
    tellPages([push(3, [HEAD])], [...newer, line(4, HEAD), line(4, null), ...older])
    world.now = OPENED + 5000
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
    expect(world.server.routes.filter((route) => route.endsWith('feeds'))).toHaveLength(2)
  })

  it('of the same second as the branch, in any order, are all read', async () => {
    const older = Array.from({ length: 60 }, () => line(9, OTHER, 'main', '2026-11-22T03:00:00Z'))
    const others = Array.from({ length: 49 }, () => line(9, OTHER, 'main'))
    tellPages([push(3, [HEAD])], [line(4, null), ...others, line(4, HEAD), ...older])
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
  })

  it('that come again on the next page, because something happened meanwhile, were one push', async () => {
    const first = line(4, OTHER)
    const others = Array.from({ length: 49 }, () => line(9, OTHER, 'main'))
    tellPages([push(3, [HEAD])], [...others, first, first, line(4, HEAD), line(4, null)])
    expect(pushers(await world.open('forgejo').history(opened())).filter(([, tip]) => tip === OTHER)).toHaveLength(1)
  })

  it('other branches are not its own', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD), line(4, null), line(9, OTHER, 'vault/10')] })
    expect(pushers(await world.open('forgejo').history(opened()))).toHaveLength(2)
  })

  it('without the activity: the poster', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: null })
    expect(pushers(await world.open('forgejo').history(opened()))).toEqual([[3, HEAD]])
  })

  it('before it was opened, while the activity lags: nobody is told', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD, 'vault/9')] })
    world.now = OPENED + 5000
    expect((await faultOf(world.open('forgejo').history(opened()))).fault.reason).toBe('forge_malformed')
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, null)] })
    expect((await faultOf(world.open('forgejo').history(opened()))).fault.reason).toBe('forge_malformed')
    tell({ timeline: [push(3, [HEAD])], feed: [line(4, HEAD), line(4, null)] })
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
  })

  it('where the branch is days older', async () => {
    const other = Array.from({ length: 120 }, () => line(9, OTHER, 'main', '2026-11-21T04:00:00Z'))
    const made = '2026-11-20T20:00:00Z'
    tellPages([push(3, [HEAD])], [...other, line(4, HEAD, 'vault/1', made), line(4, null, 'vault/1', made)])
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
  })

  it('whatever came since: the day when it was opened is looked for', async () => {
    const newer = Array.from({ length: 5000 }, () => line(9, OTHER, 'main', '2026-11-22T16:00:00Z'))
    tellPages([push(3, [HEAD])], [...newer, line(4, HEAD), line(4, null)])
    world.now = OPENED + 24 * 3_600_000
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
  })

  it('behind more than is read, between its branch and its opening: nothing is decided', async () => {
    const between = Array.from({ length: 2100 }, () => line(9, OTHER, 'main', '2026-11-22T04:30:00Z'))
    const made = '2026-11-22T04:00:00Z'
    tellPages([push(3, [HEAD])], [...between, line(4, HEAD, 'vault/1', made), line(4, null, 'vault/1', made)])
    world.now = OPENED + 24 * 3_600_000
    expect((await faultOf(world.open('forgejo').history(opened()))).fault.detail).toContain('more lines than are read')
  })

  it('by a server that comes late to it', async () => {
    const late = '2026-11-22T05:03:00Z'
    tell({
      timeline: [push(3, [HEAD])],
      feed: [line(4, HEAD, 'vault/1', late), line(4, null, 'vault/1', late), line(9, OTHER, 'main')],
    })
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([4, HEAD])
  })

  it('by an account whose lines are gone with it: somebody unknown', async () => {
    tell({ timeline: [push(3, [HEAD])], feed: [line(9, OTHER, 'main')] })
    world.now = OPENED + 3_600_000
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([null, null])
  })

  it('a push whose event was dropped, because the next came too fast: the activity has it', async () => {
    tell({
      timeline: [push(3, [MERGE]), push(3, [OTHER, HEAD], true)],
      feed: [line(3, HEAD), line(5, OTHER), line(3, null)],
    })
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([5, OTHER])
  })

  it('a push that is told nowhere is somebody unknown', async () => {
    world.now = OPENED + 3_600_000
    tell({ timeline: [push(3, [MERGE]), push(3, [OTHER, HEAD], true)] })
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([null, OTHER])
  })

  it('a head that is told nowhere: first it may lag, then somebody unknown brought it', async () => {
    tell({ timeline: [push(3, [OTHER])] })
    world.now = OPENED + 5000
    expect((await faultOf(world.open('forgejo').history(opened()))).fault.reason).toBe('forge_malformed')
    world.now = OPENED + 3_600_000
    expect(pushers(await world.open('forgejo').history(opened()))).toContainEqual([null, HEAD])
  })

  it('a push of an account that is gone', async () => {
    tell({ timeline: [{ ...push(3, [HEAD]), user: null }] })
    expect(pushers(await world.open('forgejo').history(opened()))).toEqual([[null, HEAD]])
  })

  it.each([
    ['no JSON', 'x'],
    ['another shape', { commits: [] }],
    ['forced, of one tip', { is_force_push: true, commit_ids: [HEAD] }],
    ['no commits', { is_force_push: false, commit_ids: ['main'] }],
  ])('a push that cannot be read is a fault: %s', async (_name, body) => {
    tell({ timeline: [event('pull_push', 3, body)] })
    expect((await faultOf(world.open('forgejo').history(opened()))).fault.reason).toBe('forge_malformed')
  })

  it('from a fork: its own activity is asked', async () => {
    const head = { ref: 'vault/1', label: 'vault/1', sha: HEAD, repo_id: 9 }
    world.server.script = ({ path }) => {
      if (path.startsWith(TIMELINE)) return { json: [push(3, [HEAD])] }
      if (path === '/repos/o/r/pulls/1') return { json: answer(1, { head: { ...head, repo: { full_name: 'f/r' } } }) }
      return path.startsWith('/repos/f/r/activities/feeds')
        ? { json: pageOf([line(6, HEAD), line(6, null)], path) }
        : undefined
    }
    expect(pushers(await world.open('forgejo').history(opened({ head })))).toContainEqual([6, HEAD])
  })

  it('to a branch that is deleted since: the activity is asked by its name', async () => {
    tell({ timeline: [push(3, [HEAD]), event('merge_pull', 3)], feed: [line(4, HEAD), line(4, null)] })
    const gone = { ref: 'refs/pull/1/head', label: 'vault/1', sha: HEAD, repo_id: 8 }
    const pull = opened({ head: gone, state: 'closed', merged: true, merge_commit_sha: MERGE })
    expect(pushers(await world.open('forgejo').history(pull))).toContainEqual([4, HEAD])
  })

  it.each([
    ['is gone', { ref: 'refs/pull/1/head', label: 'vault/1', sha: HEAD, repo_id: -1 }, null],
    ['may not be read', { ref: 'vault/1', label: 'vault/1', sha: HEAD, repo_id: 9 }, { full_name: 'f/r' }],
  ])('to a fork that %s: the poster, and somebody unknown', async (_name, head, repo) => {
    world.server.script = ({ path }) => {
      if (path.startsWith(TIMELINE)) return { json: [push(3, [HEAD])] }
      if (path === '/repos/o/r/pulls/1') return { json: answer(1, { head: { ...head, repo } }) }
      return path.startsWith('/repos/f/r/activities/feeds') ? { status: 404, json: {} } : undefined
    }
    expect(pushers(await world.open('forgejo').history(opened({ head })))).toEqual([
      [null, null],
      [3, HEAD],
    ])
  })
})

describe('what else happened', () => {
  const merged = { state: 'closed', merged: true, merge_commit_sha: MERGE, merged_by: forgejoUser(2) }

  it('closed, retargeted, scheduled: by whom, for good', async () => {
    const timeline = [
      push(3, [HEAD]),
      event('close', 5),
      event('reopen', 3),
      event('change_target_branch', 3),
      event('pull_scheduled_merge', 6),
      event('pull_cancel_scheduled_merge', 6),
      event('comment', 7, 'hello'),
    ]
    tell({ timeline })
    const history = await world.open('forgejo').history(opened())
    expect(history).toMatchObject({ wasRetargeted: true, closedBy: [{ id: 5 }], scheduledBy: [{ id: 6 }] })
    expect(history.reopenedBy).toMatchObject([{ id: 3 }])
  })

  it('merged: the merge must be told, else it lags', async () => {
    tell({ timeline: [push(3, [HEAD])] })
    expect((await faultOf(world.open('forgejo').history(opened(merged)))).fault.reason).toBe('forge_malformed')
    tell({ timeline: [push(3, [HEAD]), event('merge_pull', 2)] })
    expect((await world.open('forgejo').history(opened(merged))).closedBy).toEqual([])
  })

  it('of a real one', async () => {
    tell({ timeline: sample('timeline-merged') as unknown[], feed: sample('feed') as unknown[] })
    const history = await world
      .open('forgejo')
      .history(opened({ ...merged, head: { ref: 'f1', sha: HEAD, repo_id: 8 } }))
    expect(history.wasRetargeted).toBe(true)
    expect(history.closedBy.map(({ login }) => login)).toEqual(['carol'])
    expect(new Set(history.pushes.map(({ by }) => by?.login))).toEqual(new Set(['carol', 'bob']))
  })

  it('scheduled and cancelled, in a real one', async () => {
    tell({ timeline: sample('timeline-automerge') as unknown[] })
    const history = await world.open('forgejo').history(opened({ state: 'closed' }))
    expect(history.scheduledBy.map(({ login }) => login)).toEqual(['bob'])
  })
})

describe('a timeline of many entries', () => {
  const many = [push(3, [HEAD]), ...Array.from({ length: 70 }, () => event('comment', 3, 'x')), event('close', 5)]

  it('comes whole, without pages', async () => {
    tell({ timeline: many })
    expect((await world.open('forgejo').history(opened())).closedBy).toHaveLength(1)
  })

  it('comes by pages from a server that cuts it: all are read', async () => {
    world.server.script = ({ path }) => {
      if (!path.startsWith(TIMELINE)) return { json: [] }
      const query = new URL(path, 'http://x').searchParams
      const [page, limit] = [Number(query.get('page') ?? 1), Number(query.get('limit') ?? 30)]
      return { json: many.slice((page - 1) * limit, page * limit) }
    }
    expect((await world.open('forgejo').history(opened())).closedBy).toHaveLength(1)
  })

  it('is a fault where there is more than may be read', async () => {
    tell({ timeline: many })
    const error = await faultOf(world.open('forgejo', { pageItems: 10, pages: 5 }).history(opened()))
    expect(error.fault.detail).toContain('more entries than are read')
  })
})
