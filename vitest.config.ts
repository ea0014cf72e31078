import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    pool: 'forks',
    // One more than most machines here have cores: many tests wait for other processes.
    maxWorkers: 3,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // No test may depend on how git is set up on the machine.
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    coverage: { provider: 'v8', include: ['vault/**/*.ts', 'lib/**/*.ts', 'dispatcher/**/*.ts'] },
  },
})
