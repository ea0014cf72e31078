import type { IncomingMessage } from 'node:http'

/** The body as it came. Null: it is larger than that, or it did not come whole. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return Promise.resolve(null)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBytes) resolve(null)
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(size > mostBytes ? null : Buffer.concat(chunks)))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
  })
}
