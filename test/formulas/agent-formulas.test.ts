// The agent formulas with a stand-in for the agent: it does exactly the commands that the prompt tells it to run.
import { describe, expect, it } from 'vitest'
import { formulaNames, isAgentFormula, readFormula } from './formula-file.js'
import { firedFiles, makeOpsRepo } from './ops-repo.js'
import { fileAt, makeRemote, objectAt, refsOf } from './remote.js'
import { runFormula } from './run-formula.js'

const STAND_IN = `
cat >prompt
grep -o '\`sh "[^\`]*\`' prompt | tr -d '\`' >commands
while read -r command; do
  case $command in *' push '*)
    echo work >repo/work.txt
    git -C repo add work.txt
    git -C repo commit --quiet --message 'Some work' ;;
  esac
  eval "$command" || exit 1
done <commands
`

const VARS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dev: { task: 'Make the greeting friendlier.' },
  'add-rpc-method': {
    method: 'invoice.list',
    contract: 'No parameters; gives the list of invoices.',
    callers: 'role accountant',
    effect: 'reads',
  },
}

const agentFormulas = formulaNames.filter((name) => isAgentFormula(readFormula(name)))
const agent = (script: string) => ({ agent: ['/bin/sh', '-c', script] })

describe.each(agentFormulas.filter((name) => name !== 'run-supervisor'))('%s', (name) => {
  const makeCase = async () => {
    const remote = await makeRemote({ 'README.md': 'hello' })
    const ops = await makeOpsRepo([
      { daysAgo: 0, files: firedFiles({ id: 'a', daysAgo: 0, formula: 'dev', status: 'failed' }) },
    ])
    return { remote, options: { vars: { repo_url: remote.url, ...VARS[name] }, ops, id: 'work-5' } }
  }

  it('brings work as one new branch and touches nothing else', async () => {
    const { remote, options } = await makeCase()
    const before = await refsOf(remote)

    const run = await runFormula(name, { ...options, ...agent(STAND_IN) })

    expect(run.log).not.toContain('stopped:')
    expect(run.status).toBe('succeeded')
    const branch = run.outputs['branch'] ?? ''
    expect(branch).toMatch(/^[a-z]+\/work-5$/)
    expect(await refsOf(remote)).toEqual({ ...before, [`refs/heads/${branch}`]: run.outputs['commit'] })
    expect(await fileAt(remote, branch, 'work.txt')).toBe('work\n')
    expect(await objectAt(remote, `${branch}~1`)).toBe(before['refs/heads/main'])
  })

  it('stops at a branch that exists', async () => {
    const { remote, options } = await makeCase()
    await runFormula(name, { ...options, ...agent(STAND_IN) })
    const before = await refsOf(remote)
    const again = await runFormula(name, { ...options, ...agent(STAND_IN) })
    expect(again.status).toBe('failed')
    expect(again.log).toContain('exists already')
    expect(await refsOf(remote)).toEqual(before)
  })
})

describe('run-supervisor', () => {
  it('has the numbers of both reports before it', async () => {
    const ops = await makeOpsRepo([
      { daysAgo: 0, files: firedFiles({ id: 'a', daysAgo: 0, formula: 'dev', status: 'failed' }) },
    ])
    const run = await runFormula('run-supervisor', { ops, ...agent(STAND_IN) })
    expect(run.status).toBe('succeeded')
    expect(run.log).toContain('# Triage of the last 7 days')
    expect(run.log).toContain('# Backlog on main')
  })
})

describe('the work branch', () => {
  const dev = async (script: string) => {
    const remote = await makeRemote({ 'README.md': 'hello' })
    const before = await refsOf(remote)
    const options = { vars: { repo_url: remote.url, ...VARS['dev'] }, ...agent(script) }
    const run = await runFormula('dev', options)
    expect(await refsOf(remote)).toEqual(before)
    return run
  }
  const open = 'sh "$COUNTERSIGN_FORMULAS/lib/work-branch.sh" open dev'
  const push = 'sh "$COUNTERSIGN_FORMULAS/lib/work-branch.sh" push dev'

  it.each([
    ['nothing that was committed', ':', 'there is no commit to push'],
    ['changes that were not committed', 'echo x >README.md', 'there are changes that are not committed'],
    [
      'another branch',
      'git switch --quiet main 2>/dev/null || git switch --quiet --create main',
      'repo is not on dev/',
    ],
    ['history that was rewritten', 'git commit --quiet --amend --message other', 'does not build on main'],
  ])('does not push %s', async (_, work, message) => {
    const run = await dev(`${open} && (cd repo; ${work}) && ${push}`)
    expect(run).toMatchObject({ status: 'failed' })
    expect(run.log).toContain(message)
  })

  it('is not pushed over one that appeared meanwhile', async () => {
    const remote = await makeRemote({ 'README.md': 'hello' })
    const appear = 'git --git-dir="$VAR_REPO_URL" update-ref refs/heads/dev/some-action-1 refs/heads/main'
    const script = `${open} && git -C repo commit --quiet --allow-empty --message x && ${appear} && ${push}`
    const run = await runFormula('dev', { vars: { repo_url: remote.url, ...VARS['dev'] }, ...agent(script) })
    expect(run.status).toBe('failed')
    expect(await objectAt(remote, 'dev/some-action-1')).toBe(await objectAt(remote, 'main'))
  })
})
