/** What a dispatcher remembers of main between ticks, so that it reads only what is new. All of it can be rebuilt from main. */
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import type { TrustReason } from '../../vault/reasons.js'

const oidSchema = z.string().transform((text, context): Oid => {
  const oid = parseOid(text)
  if (oid !== null) return oid
  context.addIssue({ code: 'custom', message: 'not an object id' })
  return z.NEVER
})

const claimSchema = z.strictObject({
  day: z.string(),
  /** The blobs that were judged: what lies at their paths later is somebody's work (law 8). */
  intent: oidSchema,
  action: oidSchema,
  /** At its commit all that it says held, so that its run may be started. */
  isFit: z.boolean(),
  /** Another instance has recorded that nothing was heard of it: only its own late truth is still to come. */
  isTakenOver: z.boolean(),
})
export type ClaimInFlight = z.infer<typeof claimSchema>

const viewSchema = z.strictObject({
  version: z.literal(2),
  root: oidSchema,
  /** The main seen last: trust and actions are known up to here. It must stay on main's first-parent line. */
  main: oidSchema,
  trust: z.strictObject({
    inForce: oidSchema,
    broken: oidSchema.nullable(),
    offending: z
      .strictObject({ commit: oidSchema, reason: z.string() as z.ZodType<TrustReason>, detail: z.string() })
      .nullable(),
  }),
  /** Path of an action on main -> the last commit that changed it. */
  lastChange: z.record(z.string(), oidSchema),
  /** Records are checked and indexed up to this commit of main. */
  checked: oidSchema,
  /** Claims without an outcome of their own, by id. */
  inFlight: z.record(z.string(), claimSchema),
  /** Keys that signed records and are not pinned here: said in `status`. */
  unknownKeys: z.array(z.string()),
})

/** Of a version before: it is built anew from main, as if it were not there. */
const oldSchema = z.object({ version: z.literal(1) }).transform(() => null)

const fileSchema = z.union([viewSchema, oldSchema])

/** Its name in the state folder. */
export const VIEW_FILE = 'view.json'

export type View = z.infer<typeof viewSchema>

export class ViewFile {
  readonly #path: string

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, VIEW_FILE)
  }

  read(): Promise<View | null> {
    return readJsonFile(this.#path, fileSchema, this.files)
  }

  write(view: View): Promise<void> {
    return writeJsonFile(this.#path, view, this.files)
  }
}
