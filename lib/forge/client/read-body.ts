import { TransportFault } from './transport-fault.js'

/**
 * The whole body, or a fault: half a list looks like a list. The cap counts unpacked bytes as they arrive, so neither
 * a body without end nor a packed one that grows a thousandfold fills the memory.
 */
export async function readBody(response: Response, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (response.body !== null) {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      // Leaving the loop cancels the stream, and with it the connection.
      if (size > mostBytes) throw new TransportFault(`an answer of more than ${mostBytes} bytes`, true)
      chunks.push(chunk)
    }
  }
  return joined(chunks, size)
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
