/** Root is refused nothing by modes of files; without two of its capabilities it is a user like any other. */
import { spawnSync } from 'node:child_process'

const FEWER = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search']

/** What a command is to be started under so that modes of files count for it; null: this machine has no such thing. */
export function fewerRights(): readonly string[] | null {
  if (process.getuid?.() !== 0) return []
  return spawnSync(FEWER[0] ?? '', [...FEWER.slice(1), 'true']).status === 0 ? FEWER : null
}
