/** Main as the remote has it now, with its objects. */
import type { Oid } from '../../vault/oid.js'
import { unverifiedError } from '../cli/terminal.js'
import type { Workplace } from '../cli/workplace.js'

export async function readMain({ repository, branch }: Pick<Workplace, 'repository' | 'branch'>): Promise<Oid> {
  const { main } = await repository.remote.list()
  if (main === null) throw unverifiedError(`the ops repo has no branch ${branch}`)
  if ((await repository.objects.commit(main)) !== null) return main
  const failed = await repository.remote.fetch([`refs/heads/${branch}`])
  for (const why of failed.values()) throw unverifiedError(`the branch ${branch} could not be fetched: ${why}`)
  return main
}
