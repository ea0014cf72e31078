import { z } from 'zod'
import type { RepositoryFact } from '../port.js'
import { wireId } from './primitives.js'

/** Both forges. */
export const wireRepository = z
  .object({
    id: wireId,
    full_name: z.string().min(3),
    html_url: z.string(),
    clone_url: z.string().min(1),
    default_branch: z.string().min(1),
  })
  .transform(
    (wire): RepositoryFact => ({
      id: wire.id,
      fullName: wire.full_name,
      url: wire.html_url,
      cloneUrl: wire.clone_url,
      defaultBranch: wire.default_branch,
    }),
  )
