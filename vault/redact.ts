/**
 * Keeps secrets out of what is stored and shown (law 10): each value, its longer lines, and the forms in which programs
 * print it (JSON, URL, hex, base64), also where line breaks or the borders of chunks cut it.
 */
import { Automaton } from './redaction/automaton.js'
import { formsOf, withoutBreaks } from './redaction/forms.js'
import { markerFor } from './redaction/marker.js'
import { type RedactionRules, RedactionStream } from './redaction/stream.js'

/** For bytes that come in chunks. What `push` gives back is safe to store; `end` gives what was still held. */
export interface Redactor {
  push(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

const MIN_CHARS = 4
/** A base64 line ends in one or two; a blank line between is forgiven. */
const MIN_BREAKS = 4

/** Shorter values occur by chance everywhere: redacting them destroys the log, and shows what they are. */
export function isRedactable(value: string): boolean {
  return withoutBreaks(value).trim().length >= MIN_CHARS
}

/** Throws RangeError for a value that is not redactable: a run with such a secret must not begin. */
export function createRedactor(values: readonly string[]): Redactor {
  return new RedactionStream(compileRules(values))
}

export function redactor(values: readonly string[]): (text: string) => string {
  const rules = compileRules(values)
  return (text) => {
    const stream = new RedactionStream(rules)
    const chunks = [stream.push(new TextEncoder().encode(text)), stream.end()]
    if (!stream.hasFound) return text
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
  }
}

function compileRules(values: readonly string[]): RedactionRules {
  if (!values.every(isRedactable))
    throw new RangeError(`a value of fewer than ${MIN_CHARS} characters cannot be redacted`)
  // Half characters have no bytes to look for; they reach output as U+FFFD too.
  const forms = values.map((value) => value.replace(/\p{Surrogate}/gu, '\ufffd')).flatMap(formsOf)
  const encoder = new TextEncoder()
  return {
    automaton: new Automaton(forms.map((form) => encoder.encode(form))),
    marker: encoder.encode(markerFor(forms)),
    maxBreaks: values.reduce((most, value) => Math.max(most, longestBreak(value)), MIN_BREAKS),
  }
}

function longestBreak(value: string): number {
  return (value.match(/[\r\n]+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
}
