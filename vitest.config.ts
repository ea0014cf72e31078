import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that replace modules: what they put in their place must not be what others find. `test/architecture` holds the rest to it. */
const ALONE = ['test/machine/alone/**/*.test.ts', 'test/simulation/**/*.test.ts']

/** Small files that take long: at the end one worker would be busy with them, and the others with nothing. */
const LONG = /\/test\/(kills|e2e|attacks\/forge)\//

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    pool: 'forks',
    // More than most machines have cores: many tests wait for other processes.
    maxWorkers: 5,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // No test may depend on how git is set up on the machine.
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    coverage: { provider: 'v8', include: ['vault/**/*.ts', 'lib/**/*.ts', 'dispatcher/**/*.ts'] },
    projects: [
      // Modules are loaded once for all of them: to load them anew for each file took a tenth of the time of all tests.
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
})
