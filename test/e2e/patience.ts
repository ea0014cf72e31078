/** Imported for its effect: a story of a dozen processes takes its time on a busy machine. */
import { vi } from 'vitest'

// The bench plays the same stories, without a test runner.
if (process.env['VITEST'] !== undefined) vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
