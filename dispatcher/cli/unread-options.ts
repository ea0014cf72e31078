/** Options that count for nothing beside others: whoever gives both is told which one was taken. */
import type { RepoOptions } from './workplace.js'

export function unreadOptions({ repo, config, forge, forgeKind, forgeRepo }: RepoOptions): readonly string[] {
  if (config === undefined) return []
  if (repo !== undefined)
    return ['note: --repo names the ops repo; --config beside it is not read, nor are its keys and trust root']
  if ([forge, forgeKind, forgeRepo].every((option) => option === undefined)) return []
  return ['note: the configuration says which forge; --forge, --forge-kind and --forge-repo beside it are not read']
}
