import { describe, expect, it } from 'vitest'
import { githubPull } from '../../../lib/forge/github/pull-wire.js'
import { faultOf, scripted } from './open-scripted.js'
import { githubPull as answer, githubUser, HEAD, MERGE } from './wire-answers.js'

const world = scripted()
const TIMELINE = '/repos/o/r/issues/1/timeline'
const AT = '2026-11-22T05:00:00Z'
const ZERO = '0'.repeat(40)
const OTHER = 'e'.repeat(40)

const line = (user: number | null, type: string, before: string, after: string, timestamp = AT) => ({
  before,
  after,
  ref: 'refs/heads/vault/1',
  timestamp,
  activity_type: type,
  actor: user === null ? null : githubUser(user),
})
const event = (name: string, user: number | null = 3) => ({
  event: name,
  actor: user === null ? null : githubUser(user),
})
const made = line(4, 'branch_creation', ZERO, HEAD)

interface Told {
  readonly timeline?: readonly unknown[]
  readonly activity: readonly unknown[] | number
}

function tell({ timeline = [], activity }: Told): void {
  world.server.script = ({ path }) => {
    if (path.startsWith(TIMELINE)) return { json: timeline }
    if (!path.startsWith('/repos/o/r/activity')) return undefined
    return typeof activity === 'number' ? { status: activity, json: {} } : { json: activity }
  }
}

const opened = (changes = {}) => githubPull.parse(answer(1, changes))
const merged = { state: 'closed', merged: true, merge_commit_sha: MERGE, merged_by: githubUser(2) }

describe('who pushed', () => {
  it('before and after it was opened', async () => {
    const later = '2026-11-22T06:00:00Z'
    tell({
      activity: [
        line(5, 'force_push', OTHER, HEAD, later),
        line(4, 'push', MERGE, OTHER),
        line(4, 'branch_creation', ZERO, MERGE),
      ],
    })
    const { pushes } = await world.open('github').history(opened())
    expect(pushes.map(({ by, isForced, before, after }) => [by?.id, isForced, before, after])).toEqual([
      [5, true, OTHER, HEAD],
      [4, false, MERGE, OTHER],
      [4, false, null, MERGE],
    ])
    expect(world.server.asked.map(({ path }) => path)).toContainEqual(
      expect.stringContaining('ref=refs%2Fheads%2Fvault%2F1'),
    )
  })

  it('an earlier branch of the same name is another one', async () => {
    tell({
      activity: [
        made,
        line(9, 'branch_deletion', OTHER, ZERO, '2026-11-22T04:00:00Z'),
        line(9, 'push', ZERO, OTHER, '2026-11-22T03:00:00Z'),
      ],
    })
    expect((await world.open('github').history(opened())).pushes.map(({ by }) => by?.id)).toEqual([4])
  })

  it('is nobody known where GitHub names no actor', async () => {
    tell({ activity: [line(null, 'branch_creation', ZERO, HEAD)] })
    expect((await world.open('github').history(opened())).pushes[0]?.by).toBeNull()
  })

  it.each([403, 404])('is nobody known where the activity may not be read: %i', async (status) => {
    tell({ activity: status })
    expect((await world.open('github').history(opened())).pushes).toMatchObject([{ by: null, after: HEAD }])
  })

  it('is a fault where the activity fails', async () => {
    tell({ activity: 500 })
    expect((await faultOf(world.open('github').history(opened()))).fault.reason).toBe('forge_unreachable')
  })

  it('a head that is told nowhere: first it may lag, then somebody unknown brought it', async () => {
    tell({ activity: [line(4, 'branch_creation', ZERO, OTHER)] })
    world.now = Date.parse(AT) + 5000
    expect((await faultOf(world.open('github').history(opened()))).fault.reason).toBe('forge_malformed')
    world.now = Date.parse(AT) + 3_600_000
    expect((await world.open('github').history(opened())).pushes).toContainEqual(
      expect.objectContaining({ by: null, after: HEAD }),
    )
  })

  it('of one that was merged before anything is told: first it may lag, then somebody unknown brought it', async () => {
    tell({ activity: [], timeline: [{ event: 'merged', actor: githubUser(2) }] })
    world.now = Date.parse(AT) + 5000
    expect((await faultOf(world.open('github').history(opened(merged)))).fault.reason).toBe('forge_malformed')
    world.now = Date.parse(AT) + 3_600_000
    expect((await world.open('github').history(opened(merged))).pushes).toMatchObject([{ by: null, after: HEAD }])
  })

  it('from a fork: its own activity is asked, and of a deleted one nobody is known', async () => {
    const head = { ref: 'vault/1', sha: HEAD, repo: { id: 9, full_name: 'f/r' } }
    world.server.script = ({ path }) => {
      if (path.startsWith(TIMELINE)) return { json: [] }
      if (path === '/repos/o/r/pulls/1') return { json: answer(1, { head }) }
      return path.startsWith('/repos/f/r/activity') ? { json: [made] } : undefined
    }
    expect((await world.open('github').history(opened({ head }))).pushes[0]?.by?.id).toBe(4)
    const gone = opened({ head: { ...head, repo: null } })
    expect((await world.open('github').history(gone)).pushes).toMatchObject([{ by: null }])
  })

  it('over pages, by the cursor only: the token goes nowhere else', async () => {
    world.server.script = ({ path }) => {
      if (path.startsWith(TIMELINE)) return { json: [] }
      if (path.includes('after=next1')) return { json: [made] }
      const link = '<https://elsewhere.test/x?after=next1&per_page=100>; rel="next"'
      return { json: [line(5, 'push', OTHER, HEAD)], headers: { link } }
    }
    const { pushes } = await world.open('github').history(opened())
    expect(pushes.map(({ by }) => by?.id)).toEqual([5, 4])
  })
})

describe('what else happened', () => {
  it('closed, retargeted, scheduled in any way: by whom', async () => {
    const timeline = [
      { event: 'committed', sha: HEAD, author: { name: 'x' } },
      event('closed', 5),
      event('reopened'),
      event('automatic_base_change_succeeded', 6),
      event('auto_squash_enabled', 7),
      event('auto_merge_disabled', 7),
      event('ready_for_review', 8),
      event('closed', null),
    ]
    tell({ timeline, activity: [made] })
    const history = await world.open('github').history(opened())
    expect(history.wasRetargeted).toBe(true)
    expect(history.closedBy.map(({ id }) => id)).toEqual([5, -1])
    expect(history.scheduledBy.map(({ id }) => id)).toEqual([7])
    expect(history.reopenedBy.map(({ id }) => id)).toEqual([3, 8])
  })

  it('a merge closes, and is no veto; an earlier closing stays one', async () => {
    const timeline = [event('closed', 5), event('reopened'), event('merged', 2), event('closed', 2)]
    tell({ timeline, activity: [made] })
    expect((await world.open('github').history(opened(merged))).closedBy.map(({ id }) => id)).toEqual([5])
  })

  it('merged: the merge must be told, else it lags', async () => {
    tell({ timeline: [], activity: [made] })
    expect((await faultOf(world.open('github').history(opened(merged)))).fault.reason).toBe('forge_malformed')
  })

  it('closed by somebody who cannot be read is a fault', async () => {
    tell({ timeline: [{ event: 'closed', actor: { login: 'x' } }], activity: [made] })
    expect((await faultOf(world.open('github').history(opened()))).fault.reason).toBe('forge_malformed')
  })

  it('an empty page, where there is more, is a fault', async () => {
    const link = '<https://x.test/?page=2>; rel="next"'
    world.server.script = () => ({ json: [], headers: { link } })
    expect((await faultOf(world.open('github').history(opened()))).fault.reason).toBe('forge_malformed')
  })
})
