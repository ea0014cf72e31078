/**
 * Builds `dist/`: our own modules in a few files, because a command that loads six hundred starts in twice the time.
 * Packages stay outside, where `npm audit` sees them and `overrides` reach them. Types are checked by `npm run types`.
 */
import { chmodSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const PROGRAM = 'dist/dispatcher/main.js'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: ['dispatcher/main.ts', 'lib/runner/supervisor.ts'],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  // What is loaded when it is needed (a forge's client), and what both programs share, are files of their own.
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
})
chmodSync(PROGRAM, 0o755)
