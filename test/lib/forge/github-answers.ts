/** What the real GitHub sent, as @octokit/fixtures recorded it and @octokit/webhooks-examples shows it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly response: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** The package's own entry needs nock; its recordings are plain files. */
export function recorded(scenario: string): readonly Exchange[] {
  const root = dirname(require.resolve('@octokit/fixtures/package.json'))
  const path = join(root, 'scenarios/api.github.com', scenario, 'normalized-fixture.json')
  return JSON.parse(readFileSync(path, 'utf8')) as Exchange[]
}

interface Example {
  readonly name: string
  readonly examples: readonly Readonly<Record<string, unknown>>[]
}

/** The field of that name of all example deliveries of that event. */
export function delivered(event: string, field: string): readonly Readonly<Record<string, unknown>>[] {
  const path = require.resolve('@octokit/webhooks-examples/api.github.com/index.json')
  const all = JSON.parse(readFileSync(path, 'utf8')) as Example[]
  const found = all.find(({ name }) => name === event)?.examples ?? []
  return found.map((example) => example[field] as Readonly<Record<string, unknown>>)
}
