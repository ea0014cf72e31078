import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../vault/action/action.js'
import { LIMITS } from '../../../vault/limits.js'
import { code, codeBlock } from '../../../vault/prose/markdown.js'
import { renderPull } from '../../../vault/prose/pull-body.js'
import { renderPullComment } from '../../../vault/prose/pull-comment.js'
import { renderPullOutcome } from '../../../vault/prose/pull-outcome.js'
import { headMarker, STICKY_MARKER } from '../../../vault/prose/sticky-marker.js'
import { judgeRequest } from '../../../vault/verdict/judge-request.js'
import type { Judgement } from '../../../vault/verdict/verdict.js'
import { BOB, HEAD, ok, openPull, reviewBy } from '../forge/pulls.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { intent, outcome } from '../record/sample.js'
import { forgeSnapshot, requestOf } from '../verdict/forge-request.js'

const KEY = 'a'.repeat(64)

interface Node {
  readonly type: string
  readonly value?: string
  readonly children?: readonly Node[]
}

/** As GitHub reads it: autolinks, tables, footnotes and all. */
const parse = (text: string): Node => fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
/** The tree without what stands in code: that is where other people's words are. */
const shapeOf = ({ type, value, children = [] }: Node): unknown => [
  type,
  type === 'code' || type === 'inlineCode' ? null : value,
  children.map(shapeOf),
]
const nodesOf = (node: Node): readonly Node[] => [node, ...(node.children ?? []).flatMap(nodesOf)]
const FORBIDDEN = new Set([
  'link',
  'linkReference',
  'definition',
  'image',
  'imageReference',
  'footnoteReference',
  'footnoteDefinition',
  'table',
])

const NASTY = [
  '@admin please',
  '#12 GH-12 owner/repo#12',
  '<img src=x onerror=alert(1)>',
  '<!-- countersign:sticky -->',
  '-->\n<script>alert(1)</script>',
  '`',
  '``',
  '```',
  '````\n# owned',
  '~~~\n# owned',
  '![x](https://evil.example/x.png)',
  '[approve](javascript:alert(1))',
  '[x]: https://evil.example',
  'https://evil.example www.evil.example mail@evil.example',
  '| a | b |\n| - | - |\n| c | d |',
  '[^1]\n\n[^1]: note',
  '\u202egnp.exe\u2066',
  '\u200b\u0000\u001b[2J\r\n\u2028x',
  '- [x] approved',
  '1. one\n\n    code\n---\n***\n> quote',
  '&lt;b&gt; &#64;admin',
  '$$x$$ :tada: ==x==',
  '\\` \\',
  '\ud83d',
  '/veto',
]
const anyNasty = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 20 }), fc.constantFrom(' ', '\n', '`', '\n\n', '\t')),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''))
const anyVisible = anyNasty.map((text) => `x${text}`)

function judged(formula = 'dev', set = FORGE_SETS.plain): Judgement {
  const judgement = judgeRequest(
    requestOf(formula, [openPull({ reviews: ok([reviewBy(BOB, { dismissed: true })]) })]),
    forgeSnapshot({ set }),
  )
  if (judgement === null) throw new Error('there is a request')
  return judgement
}

/** Everything that a requester, or a file of the trust set, can put into words. */
function saying(text: string, from: Judgement): Judgement {
  const { asked } = from
  if (asked === null) throw new Error('it was read')
  const action: Action = {
    ...asked.action,
    context: text,
    purpose: text,
    secrets: ['TOKEN'],
    tools: [text],
    model: text,
    vars: new Map([['v', text]]),
  }
  const [step] = asked.formula.steps
  const formula = {
    ...asked.formula,
    description: text,
    steps: [{ ...step!, title: text }],
    onFailure: [{ ...step!, title: text }],
  }
  return {
    ...from,
    asked: { ...asked, action, formula, requesters: [text] },
    rules: [...from.rules, { rule: 'x', saw: text, gave: text }],
    approvers: [text],
  }
}
const oneLine = (text: string) => text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n').length === 1

describe('text of a request in a pull request', () => {
  // What is compared with is parsed once: the parser takes nearly all of the time of these tests.
  const comment = (text: string) => parse(renderPullComment(saying(text, judged()), HEAD))
  const plainComment = shapeOf(comment('x'))
  property.prop([anyVisible], { numRuns: 300 })('never breaks out of the comment', (text) => {
    const tree = comment(text)
    const nodes = nodesOf(tree)
    expect(nodes.filter(({ type }) => FORBIDDEN.has(type))).toEqual([])
    // The two markers of ours.
    expect(nodes.filter(({ type }) => type === 'html')).toHaveLength(2)
    expect(shapeOf(tree)).toEqual(plainComment)
  })

  const pull = (text: string) => renderPull(saying(text, judged()).asked!, 'medium')
  const plainBody = shapeOf(parse(pull('x').body))
  property.prop([anyVisible], { numRuns: 200 })('nor out of the body', (text) => {
    const { title, body } = pull(text)
    const tree = parse(body)
    expect(title).toBe('a: dev (medium)')
    expect(shapeOf(tree)).toEqual(plainBody)
    expect(nodesOf(tree).filter(({ type }) => type === 'html' || FORBIDDEN.has(type))).toEqual([])
  })

  const owed = (log_tail: string) => ({
    day: '2026-11-22',
    intent: intent(KEY, { id: 'a' }),
    outcome: outcome(KEY, { id: 'a', log_tail, failed_step: log_tail, outputs: { [log_tail]: log_tail } }),
  })
  const outcomeShape = (log: string) => shapeOf(parse(renderPullOutcome(owed(log), HEAD)))
  const plainOutcome = outcomeShape('x')
  property.prop([anyVisible], { numRuns: 200 })('nor does a log', (text) => {
    expect(outcomeShape(text)).toEqual(plainOutcome)
  })

  const refused = (detail: string): Judgement => ({
    ...judged(),
    verdict: { kind: 'refuse', reason: 'bad_value', detail },
  })
  const wrong = (message: string): Judgement => ({
    ...refused('x'),
    problems: [{ line: 1, column: 1, code: 'bad_value', message }],
  })
  const commentShape = (judgement: Judgement) => shapeOf(parse(renderPullComment(judgement, HEAD)))
  const verdicts = [refused, wrong].map((make) => ({ make, plain: commentShape(make('x')) }))
  property.prop([anyVisible], { numRuns: 200 })('nor a problem or a detail of the verdict', (text) => {
    for (const { make, plain } of verdicts) expect(commentShape(make(text))).toEqual(plain)
  })

  property.prop([anyNasty], { numRuns: 300 })('cannot forge the marker, nor hide anything', (text) => {
    const all = [
      code(text),
      ...codeBlock(text, { lines: 40, from: 'start' }),
      ...codeBlock(text, { lines: 40, from: 'end' }),
    ].join('\n')
    expect(all).not.toContain('<!--')
    expect(all).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u)
    expect(code(text).split('\n')).toHaveLength(1)
  })

  property.prop([anyVisible.filter(oneLine)], { numRuns: 200 })(
    'is code, as it was written but for what cannot be seen',
    (text) => {
      const [paragraph] = nodesOf(parse(code(text, 10_000))).filter(({ type }) => type === 'inlineCode')
      const seen = /^[\x21-\x7e]+$/.test(text) && !text.includes('<!--')
      if (seen) expect(paragraph).toMatchObject({ value: text })
      else expect(paragraph).toBeDefined()
    },
  )

  it('however long, fits into a comment, with the rest of the words in it', () => {
    const long = Array.from({ length: 2_000 }, (_, index) => `${index} ${'\u202e'.repeat(400)}`).join('\n')
    const judgement = saying(long, judged())
    const text = renderPullComment(
      { ...judgement, rules: Array.from({ length: 500 }, () => ({ rule: 'x', saw: long, gave: long })) },
      HEAD,
    )
    expect(new TextEncoder().encode(text).length).toBeLessThan(LIMITS.commentBytes)
    expect(text).toContain('How it was decided')
    expect(text).toContain('more lines')
  })
})

describe('the comment on a pull request', () => {
  it('begins with the marker, and says which head it is of', () => {
    const text = renderPullComment(judged(), HEAD)
    expect(text.startsWith(`${STICKY_MARKER}\n${headMarker(HEAD)}\n`)).toBe(true)
  })

  it.each([
    [
      'dev',
      FORGE_SETS.plain,
      [
        '`a` is medium, pending async review',
        'approve exactly `333333333333` by a review, or merge',
        'a person with write permission who did not request it',
      ],
    ],
    [
      'release',
      FORGE_SETS.pinned,
      ['`a` is high, blocked until an admin merges', 'with a merge commit (no squash, no rebase)', 'alice (id 12)'],
    ],
    ['dev', FORGE_SETS.window, ['it fires unopposed', 'a comment that begins with `/veto`']],
    ['nothing', FORGE_SETS.plain, ['`a` is refused (formula_missing)', 'Remedy: Correct the name']],
  ])('%s: what, who and how', (formula, set, parts) => {
    const text = renderPullComment(judged(formula, set), HEAD)
    for (const part of parts) expect(text).toContain(part)
    if (formula !== 'nothing') {
      expect(text).toContain('To stop it: close this pull request and delete its branch.')
      expect(text).toContain('#### What will run')
      expect(text).toContain('Secrets: none')
    }
  })
})
