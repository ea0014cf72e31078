/** `host:port` of what listens, and whether others can reach it. */
interface ListenAddress {
  readonly host: string
  readonly port: number
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/

/** Null: it is none. */
export function parseListen(text: string): ListenAddress | null {
  const [, bracketed, plain, digits] = ADDRESS.exec(text) ?? []
  const [host, port] = [bracketed ?? plain, Number(digits)]
  return host === undefined || port > 65_535 ? null : { host, port }
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
