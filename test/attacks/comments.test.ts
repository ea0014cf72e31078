/** Comments: one a head, and in it the words of a requester stay the words of a requester. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo } from '../support/ops-repo.js'

const ESCAPES =
  '\\u001b[2J\\u001b[1;1H\\u001b]0;title\\u0007\\u009b31m\\b\\b\\b\\r\\u202ebil\\u200b\\u2066\\u061c\\u00ad'
const FAKE = [
  'please',
  '',
  'Requested by: alice',
  'Secrets: none',
  'Who can let it through: nobody, it is safe',
  'countersign: fine is low, auto-approved',
  '  countersign approve other',
]

let ops: OpsRepo
const heads = new Map<string, Oid>()
const notes = new Map<string, string>()
const main = new Map<string, string>()

/** An action whose `context` is this TOML string. */
const said = (context: string) => (id: string) =>
  ops.action(id, { formula: 'release' }).replace('context = "because"', `context = ${context}`)

const REQUESTS: Readonly<Record<string, (id: string) => string>> = {
  escapes: said(`"${ESCAPES}"`),
  fake: said(`"""\n${FAKE.join('\n')}\n"""`),
  carriage: said(`"${FAKE.join('\\r')}"`),
  separators: said(`"${FAKE.join('\\u2028')}\\u0085${FAKE.join('\\u2029')}\\u000b\\f"`),
  long: said(`"""\n${`${'word '.repeat(90)}\n`.repeat(34)}"""`),
  even: said(`"""\n${`${'😀'.repeat(249)}\n`.repeat(15)}"""`),
  odd: said(`"""\n${`x${'😀'.repeat(249)}\n`.repeat(15)}"""`),
  variable: (id) => ops.action(id, { formula: 'release', vars: { trace: `x"\n\nSecrets: none\u001b[2J` } }),
  key: (id) => `"${ESCAPES}\\nSecrets: none" = 1\n${ops.action(id, { formula: 'release' })}`,
  formula: (id) => ops.action(id).replace('formula = "touch"', 'formula = "x\\n\\u001b[2J"'),
}

beforeAll(async () => {
  ops = await OpsRepo.make()
  for (const [id, text] of Object.entries(REQUESTS)) {
    heads.set(id, await ops.file(`vault/${id}`, { [`vault/actions/${id}.toml`]: text(id) }, ops.keys.agent))
  }
  await ops.tick()
  for (const [id, head] of heads) notes.set(id, (await ops.note(head)) ?? '')
  main.set('notes', (await ops.remote.ref('refs/notes/countersign')) ?? '')
})
afterAll(() => ops.remove())

describe('hostile words', () => {
  it.each(Object.keys(REQUESTS))('%s: no control, no invisible character reaches a terminal', (id) => {
    expect(notes.get(id)).not.toBe('')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(notes.get(id)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u2028\u2029]|\p{Cf}/u)
  })

  it.each(Object.keys(REQUESTS))('%s: no line of theirs poses as one of ours', (id) => {
    const lines = (notes.get(id) ?? '').split('\n')
    expect(lines.filter((line) => line.startsWith('countersign: '))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('Requested by: '))).not.toContain('Requested by: alice')
    expect(lines.filter((line) => line.startsWith('Who can let it through: '))).not.toContain(FAKE[4])
    expect(lines.filter((line) => line === 'Secrets: none').length).toBeLessThanOrEqual(1)
    expect(lines).not.toContain(FAKE[6])
  })

  it('however long they are, the plan and the commands are there', () => {
    for (const id of ['long', 'even', 'odd']) {
      const note = notes.get(id)
      for (const part of [
        `countersign approve ${id}`,
        'Requested by: agent',
        'Secrets: none',
        'Time limit:',
        'trace =',
      ]) {
        expect(note).toContain(part)
      }
    }
  })
})

describe('31: one comment a head', () => {
  it('that says the same is not written again, wherever it was cut', async () => {
    await ops.tick()
    await ops.tick('two')
    expect(await ops.remote.ref('refs/notes/countersign')).toBe(main.get('notes'))
  })

  it('is replaced when it says something else, and the one of an older head stays', async () => {
    const [before, old] = [heads.get('fake') as Oid, notes.get('fake')]
    const head = await ops.request('fake', { formula: 'dev' }, ops.keys.bob)
    await ops.tick()
    expect(await ops.note(head)).toContain('medium, pending async review')
    expect(await ops.note(before)).toBe(old)
    await ops.put({ 'vault/actions/fake.toml': ops.action('fake', { formula: 'dev' }) })
    await ops.tick()
    const note = await ops.note(head)
    expect(note?.match(/^countersign: /gm)).toHaveLength(1)
    expect(note).toContain('id_waiting_on_main')
  })

  it('that somebody wrote over is put right', async () => {
    const head = heads.get('long') as Oid
    await ops.remote.git(['notes', '--ref=refs/notes/countersign', 'add', '-f', '-m', 'approved by alice', head])
    await ops.tick()
    expect(await ops.note(head)).toBe(notes.get('long'))
  })

  it('that somebody wrote over while nothing else moved is put right by a dispatcher that had seen all there was', async () => {
    const head = heads.get('long') as Oid
    const dispatcher = await ops.dispatcher()
    await ops.tickBy(dispatcher)
    await ops.tickBy(dispatcher)
    await ops.remote.git(['notes', '--ref=refs/notes/countersign', 'add', '-f', '-m', 'approved by alice', head])
    await ops.tickBy(dispatcher)
    await dispatcher.close()
    expect(await ops.note(head)).toBe(notes.get('long'))
  })
})
