/** Puts an answer on the wire, whole or as a fault has it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer } from '../http/call.js'

export interface Wire {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export function send({ response }: Wire, answer: Answer): void {
  const isText = typeof answer.body === 'string'
  const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'Content-Type': type }),
    ...answer.headers,
  })
  response.end(answer.body === undefined ? undefined : bytesOf(answer))
}

const bytesOf = (answer: Answer): string =>
  typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)

export function sendHalf({ request, response }: Wire, answer: Answer): void {
  const bytes = Buffer.from(answer.body === undefined ? '' : bytesOf(answer))
  response.writeHead(answer.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(bytes.length + 1),
  })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy())
}

export function hangUp({ request }: Wire): void {
  request.socket.destroy()
}

export async function flood({ response }: Wire, bytes: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' })
  const piece = `"${'x'.repeat(64 * 1024 - 3)}",`
  const pieces = Array.from({ length: Math.ceil(bytes / piece.length) }, () => piece)
  // Who asked may hang up before the end.
  await pipeline(Readable.from(['[', ...pieces, 'null]']), response).catch(() => {})
}
