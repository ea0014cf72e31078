/** What a statement is about, in the words of in-toto: a name, and a digest that pins its content. */
import { z } from 'zod'
import { sha256Hex } from '../digest.js'
import type { Oid } from '../oid.js'
import { oidField, sha256Field } from './field.js'

const named = <T extends z.ZodType>(digest: T) => z.strictObject({ name: z.string().min(1), digest }).readonly()

/** A file whose bytes were read. */
export const fileSubjectSchema = named(z.strictObject({ sha256: sha256Field }).readonly())
export type FileSubject = z.infer<typeof fileSubjectSchema>

/** Also what cannot be read as a file (too large, a symlink), and main itself: by git's own name for it. */
export const subjectSchema = z.union([
  fileSubjectSchema,
  named(z.strictObject({ gitBlob: oidField }).readonly()),
  named(z.strictObject({ gitCommit: oidField }).readonly()),
])
export type Subject = z.infer<typeof subjectSchema>

export function requestPath(id: string): string {
  return `vault/actions/${id}.toml`
}

/** The action `id`, by the exact bytes that were judged. */
export function actionSubject(id: string, bytes: Uint8Array): FileSubject {
  return { name: requestPath(id), digest: { sha256: sha256Hex(bytes) } }
}

export function blobSubject(path: string, blob: Oid): Subject {
  return { name: path, digest: { gitBlob: blob } }
}

export function commitSubject(branch: string, commit: Oid): Subject {
  return { name: branch, digest: { gitCommit: commit } }
}
