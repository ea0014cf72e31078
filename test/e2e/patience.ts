/** Imported for its effect: a story of a dozen processes takes its time on a busy machine. */
import { vi } from 'vitest'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
