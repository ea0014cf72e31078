import { describe, expect, it } from 'vitest'
import { dayBefore, firedFiles, makeOpsRepo } from './ops-repo.js'
import { runFormula } from './run-formula.js'

const action = (id: string, more = '', formula = 'release') =>
  `id = "${id}"\nformula = "${formula}"\ncontext = """\nformula = "not this"\n[vars]\n"""\nsecrets = []\n${more}`

describe('groom-backlog', () => {
  it('says for each action that waits on main how long and what to do', async () => {
    const ops = await makeOpsRepo([
      {
        daysAgo: 90,
        files: {
          'vault/actions/README.md': 'stays',
          'vault/actions/ancient.toml': action('ancient', '[vars]\na = "0"'),
        },
      },
      { daysAgo: 10, files: { 'vault/actions/stale.toml': action('stale', '[vars]\na = "1"') } },
      {
        daysAgo: 1,
        files: {
          'vault/actions/fresh.toml': action('fresh', '[vars]\nversion = "1.0.0"\n'),
          'vault/actions/twin.toml': action('twin', '\n[vars] # the same\n\nversion = "1.0.0"\n'),
          'vault/actions/expired.toml': action('expired', 'expires_at = "2001-01-01T00:00:00Z"', 'dev'),
          'vault/actions/misnamed.toml': action('other', '', 'triage'),
          'vault/actions/used.toml': action('used', '', 'triage'),
          'vault/actions/crlf.toml': action('crlf', 'expires_at = 2001-01-01T00:00:00Z # past\n', 'dev').replaceAll(
            '\n',
            '\r\n',
          ),
          ...firedFiles({ id: 'used', daysAgo: 3, formula: 'triage', status: 'succeeded' }),
        },
      },
    ])

    const run = await runFormula('groom-backlog', { ops })

    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { open: '8', stale: '2', twin: '1', expired: '2', misnamed: '1', used: '1', odd: '0', fired: '1' },
    })
    for (const line of [
      '| over 30 days | ancient | release | stale: ask its requester, or remove it |',
      `| ${dayBefore(10)} | stale | release | stale: ask its requester, or remove it |`,
      `| ${dayBefore(1)} | fresh | release | waits |`,
      `| ${dayBefore(1)} | twin | release | twin: same formula and variables as fresh |`,
      `| ${dayBefore(1)} | expired | dev | expired: remove it |`,
      `| ${dayBefore(1)} | crlf | dev | expired: remove it |`,
      `| ${dayBefore(1)} | misnamed | triage | misnamed: the id inside is not the name of the file |`,
      `| ${dayBefore(1)} | used | triage | used: this id has fired; ask again under a new id |`,
      `| ${dayBefore(3)} | 1 |`,
    ]) {
      expect(run.log).toContain(line)
    }
  })

  it('names what lies among the actions and is none, and goes on', async () => {
    const ops = await makeOpsRepo([
      {
        daysAgo: 0,
        files: {
          'vault/actions/good.toml': action('good'),
          'vault/actions/link.toml': { mode: '120000', content: '/etc/passwd' },
          'vault/actions/run.toml': { mode: '100755', content: action('run') },
          'vault/actions/Upper.toml': action('Upper'),
          'vault/actions/notes.txt': '',
          'vault/actions/deep/er.toml': action('er'),
          'vault/actions/new\nline.toml': action('x'),
          'vault/actions/huge.toml': `${action('huge')}# ${'x'.repeat(70_000)}`,
          'vault/actions/nul.toml': 'id = "nul"\u0000\nleft <= 0\n',
          'vault/actions/empty.toml': '',
          'vault/actions/hostile.toml': 'id = "hostile"\nformula = "$(touch pwned) | \u001b[31m"\n',
        },
      },
    ])
    const run = await runFormula('groom-backlog', { ops })
    expect(run).toMatchObject({ status: 'succeeded', outputs: { open: '4', odd: '7' } })
    expect(run.log).toContain('| good | release | waits |')
    expect(run.log).toContain('    link.toml: not a regular file')
    expect(run.log).toContain('    huge.toml: larger than 64 KiB')
    expect(run.log).not.toContain('\u001b')
    expect(run.log).not.toContain('$(touch')
  })

  it('works on an ops repo in which nothing waits, and in a dry run', async () => {
    const ops = await makeOpsRepo([{ daysAgo: 0, files: { 'vault/actions/README.md': '' } }])
    for (const dryRun of [false, true]) {
      expect(await runFormula('groom-backlog', { ops, dryRun })).toMatchObject({
        status: 'succeeded',
        outputs: { open: '0' },
      })
    }
  })

  it('takes the age from when an action was last added', async () => {
    const ops = await makeOpsRepo([
      { daysAgo: 20, files: { 'vault/actions/again.toml': action('again') } },
      { daysAgo: 15, files: { 'vault/actions/again.toml': null } },
      { daysAgo: 2, files: { 'vault/actions/again.toml': action('again') } },
    ])
    expect((await runFormula('groom-backlog', { ops })).log).toContain(`| ${dayBefore(2)} | again | release | waits |`)
  })
})
