/** Text of a request inside text of ours: its words stay in their place, in a terminal and in a comment. */
import { printable } from '../text/printable.js'

/** One line, everything unprintable as a visible escape; longer text is cut with a mark. */
export function plain(text: string, maxChars = 500): string {
  return printable(text.length > maxChars ? `${text.slice(0, maxChars)}… (${text.length} characters)` : text)
}

/** Several lines, each made plain and set behind a bar, so that none can be taken for ours. */
export function quoted(text: string, maxLines = 40): string[] {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')
  const shown = lines.slice(0, maxLines).map((line) => `  | ${plain(line)}`)
  return lines.length > maxLines ? [...shown, `  | … (${lines.length - maxLines} more lines)`] : shown
}
