/** What the dispatcher says to its operator. Adapter: pino. Fields never hold secret values (law 10). */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
