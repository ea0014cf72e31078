/** The files of a state folder: what a dispatcher must not forget. Adapter: `disk-files.ts`. */
export interface StateFiles {
  /** Null where there is no such file. */
  read(path: string): Promise<string | null>
  /** Whole or not at all, and durable when it resolves; folders on the way are made. */
  write(path: string, text: string): Promise<void>
  /** Durable when it was synced. A crash may tear what was being added; what was there before stays. */
  append(path: string, text: string): Promise<void>
  /** Files of a folder: what was added to them, and their names, is durable when it resolves. */
  sync(folder: string, names: readonly string[]): Promise<void>
  /** False: there is no such file (any more). Durable when it resolves. */
  rename(path: string, to: string): Promise<boolean>
  /** The names in a folder, sorted; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Does nothing where there is no such file. */
  remove(path: string): Promise<void>
}
