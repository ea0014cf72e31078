/** Limits on what is taken in from git. They belong to how it is read; what an action may be is in `vault/limits.ts`. */

/** Bytes of a commit object: a message may be long, but nobody's is a megabyte. */
export const COMMIT_BYTES = 1024 * 1024
/** Bytes of a tree object: a folder of half a million entries; more is not read into memory. */
export const TREE_BYTES = 32 * 1024 * 1024
/** Bytes of parsed trees and commits that are remembered. */
export const CACHE_BYTES = 64 * 1024 * 1024
/** Bytes that one command may print: `ls-remote` of a million refs. */
export const OUTPUT_BYTES = 128 * 1024 * 1024
/** Bytes kept of what a command says on stderr; a server can send any amount of `remote:` lines. */
export const STDERR_BYTES = 64 * 1024
/** Folders in folders that a difference follows: deeper ones are an attack. */
export const TREE_DEPTH = 64
/** Packs after which they are put together: each fetch and each commit leaves one. */
export const PACKS = 50
/** Checks of signatures at once: each is a process. */
export const SIGNATURE_CHECKS = 4
/** Signatures remembered in memory, and bytes of them on disk. */
export const SIGNATURES = 100_000
export const SIGNATURE_FILE_BYTES = 16 * 1024 * 1024
