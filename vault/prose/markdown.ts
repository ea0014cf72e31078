/**
 * Text of others inside a comment of ours on a forge: it stays in its place. All of it goes into code, where no forge looks
 * for mentions, links, images, HTML, issue numbers or tables, behind a fence that is longer than any in the text.
 */
import { plain } from './plain.js'

/** One line of code. */
export function code(text: string, maxChars = 300): string {
  const line = cut(withoutMarker(plain(text, maxChars)), maxChars)
  if (line.trim() === '') return '`(blank)`'
  const fence = '`'.repeat(longestRun(line) + 1)
  // A space each side is taken off again: it keeps backticks of the text apart from ours.
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** Several lines, as a block of their own; the first ones, or the last ones. */
export function codeBlock(text: string, most: { readonly lines: number; readonly from: 'start' | 'end' }): string[] {
  const all = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')
  const kept = most.from === 'start' ? all.slice(0, most.lines) : all.slice(-most.lines)
  const lines = within(
    kept.map((line) => cut(withoutMarker(plain(line)), LINE_CHARS)),
    most.from,
  )
  const dropped = all.length - lines.length
  const note = dropped === 0 ? [] : [`… (${dropped} more lines)`]
  const shown = most.from === 'start' ? [...lines, ...note] : [...note, ...lines]
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1))
  return [`${fence}text`, ...shown, fence]
}

/** `- name: value`, each; what is too long together is counted. */
export function codeList(items: readonly string[]): string[] {
  const shown = within(items, 'start')
  const more = items.length - shown.length
  return [...shown.map((item) => `- ${item}`), ...(more === 0 ? [] : [`- … (${more} more; see the file)`])]
}

const LINE_CHARS = 1_000
/** For one part of a comment, so that no part pushes another out of it. */
const PART_CHARS = 5_000

function within(lines: readonly string[], from: 'start' | 'end'): readonly string[] {
  const kept: string[] = []
  let left = PART_CHARS
  for (const line of from === 'start' ? lines : lines.toReversed()) {
    left -= line.length + 1
    if (left < 0) break
    kept.push(line)
  }
  return from === 'start' ? kept : kept.reverse()
}

/** Escapes make text longer; half a character would be stored as another one, and the comment written anew in each tick. */
function cut(line: string, maxChars: number): string {
  return line.length <= maxChars * 2 ? line : `${line.slice(0, maxChars * 2).replace(/[\ud800-\udbff]$/, '')}…`
}

/** By its marker we find our own comment again: nobody else's words may look like it, not even in code. */
function withoutMarker(line: string): string {
  return line.replaceAll('<!--', '\\u{3c}!--')
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
}
