// Law 10 for the formulas that take a token: git gets it, and nobody else.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestRemote } from '../support/git-repo.js'
import { serveWithToken } from './http-remote.js'
import { makeRemote, objectAt } from './remote.js'
import { type RunResult, runFormula, temporaryFolder } from './run-formula.js'

// What a shell, a URL and a sloppy parser could each break on.
const TOKEN = 's3cr3t|$(touch pwned)"%2F@:\'&t0ken'

interface Case {
  readonly formula: string
  /** The first step that needs the repo. */
  readonly first: string
  readonly varsFor: (remote: TestRemote) => Promise<Readonly<Record<string, string>>>
}

const cases: readonly Case[] = [
  {
    formula: 'release',
    first: 'check',
    varsFor: async (remote) => ({ commit: await objectAt(remote, 'main'), version: '1.0.0' }),
  },
  {
    formula: 'upgrade-dependency',
    first: 'check',
    varsFor: async () => ({ dependency: 'zod', version: '4.0.0' }),
  },
  {
    formula: 'run-publish-site',
    first: 'fetch',
    varsFor: async () => ({ ref: 'main', target: join(temporaryFolder(), 'site'), site: 'a' }),
  },
]

const FILES = { 'package.json': '{"dependencies":{"zod":"3.0.0"}}', 'index.html': 'hello' }

/** All that a run leaves: what it printed, its outputs, and every file of its working directory. */
function tracesOf(run: RunResult): string {
  const files = readdirSync(run.folder, { recursive: true, encoding: 'utf8' }).map((name) => join(run.folder, name))
  const contents = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'latin1'))
  return [run.log, JSON.stringify(run.outputs), ...files, ...contents].join('\n')
}

describe.each(cases)('the token of $formula', ({ formula, first, varsFor }) => {
  it('opens the repo, and is in no output, file, URL or command line', async () => {
    const remote = await makeRemote(FILES)
    const http = await serveWithToken(remote, TOKEN)
    const vars = { repo_url: http.url, ...(await varsFor(remote)) }

    const run = await runFormula(formula, { vars, secrets: { GIT_TOKEN: TOKEN } })

    expect(run).toMatchObject({ status: 'succeeded' })
    expect(http.authorizations.filter((header) => header !== undefined)).not.toEqual([])
    expect(http.exposures).toEqual([])
    expect(tracesOf(run)).not.toContain(TOKEN)
    expect(tracesOf(run)).not.toContain('t0ken')
  })

  it('is missed without a hang, and a wrong one is not repeated in words', async () => {
    const remote = await makeRemote(FILES)
    const http = await serveWithToken(remote, TOKEN)
    const vars = { repo_url: http.url, ...(await varsFor(remote)) }
    for (const secrets of [{}, { GIT_TOKEN: 'wr0ng-one' }]) {
      const run = await runFormula(formula, { vars, secrets })
      expect(run).toMatchObject({ status: 'failed', failedStep: first })
      expect(run.log).not.toContain('wr0ng')
    }
  })

  it('is given to no other host that the repo sends it to', async () => {
    const remote = await makeRemote(FILES)
    const other = await serveWithToken(remote, TOKEN)
    const sender = await serveWithToken(remote, TOKEN, new URL(other.url).origin)
    const vars = { repo_url: sender.url, ...(await varsFor(remote)) }
    const run = await runFormula(formula, { vars, secrets: { GIT_TOKEN: TOKEN } })
    expect(run).toMatchObject({ status: 'failed', failedStep: first })
    expect(other.authorizations.filter((header) => header !== undefined)).toEqual([])
  })

  it('is on no command line of git', async () => {
    const remote = await makeRemote(FILES)
    const http = await serveWithToken(remote, TOKEN)
    const shim = temporaryFolder()
    const heard = join(shim, 'heard')
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >>'${heard}'\nPATH=$\{PATH#*:}\nexec git "$@"\n`
    writeFileSync(join(shim, 'git'), script, { mode: 0o755 })
    const vars = { repo_url: http.url, ...(await varsFor(remote)) }

    const run = await runFormula(formula, { vars, secrets: { GIT_TOKEN: TOKEN }, path: shim })

    expect(run.status).toBe('succeeded')
    expect(readFileSync(heard, 'utf8')).toContain('ls-remote')
    expect(readFileSync(heard, 'utf8')).not.toContain('t0ken')
  })
})
