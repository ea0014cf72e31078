import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sh, supervisorOf, until, world } from './fixture.js'

const SECRET = 'hunter2-AbCdEf-9876543210'

/** All bytes below a folder, names and ends of links too. */
function allBytes(folder: string): string {
  let all = ''
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    all += `${entry.name}\n`
    const path = join(entry.parentPath, entry.name)
    try {
      if (statSync(path).isFile()) all += readFileSync(path, 'latin1')
    } catch {
      // Gone, or a link to nowhere.
    }
  }
  return all
}

describe('secrets', () => {
  it('are on the disk at no moment, not even in parts', async () => {
    const { go, stateDir, runner } = await world()
    const halves = "printf 'key=hunter2-AbCd'; sleep 0.05; printf 'Ef-9876543210\\n'"
    const loop = `i=0; while [ $i -lt 15 ]; do ${halves}; printf '%s\\n' "$SECRET_KEY" >&2; i=$((i+1)); done`
    const run = go('secret', {
      steps: [sh(loop)],
      environment: { SECRET_KEY: SECRET },
      secretValues: [SECRET],
    })
    let looks = 0
    let isOver = false
    const ended = run.finally(() => {
      isOver = true
    })
    while (!isOver) {
      const bytes = allBytes(stateDir)
      expect(bytes).not.toContain('AbCdEf')
      expect(bytes).not.toMatch(/hunter2-AbCd/)
      looks++
      await sleep(5)
    }
    const end = await ended
    expect(looks).toBeGreaterThan(20)
    expect(end.status).toBe('succeeded')
    expect(end.logTail.split('\n').filter((line) => line.startsWith('key='))).toHaveLength(15)
    expect(JSON.stringify(await runner.state('secret'))).not.toContain('AbCd')
    expect(allBytes(stateDir)).not.toContain('AbCd')
  })

  it('that do not fit a cap are not cut open by it', async () => {
    const { go } = await world()
    const fill = `head -c 8180 /dev/zero | tr '\\0' x; printf '%s' "$SECRET_KEY"; head -c 8170 /dev/zero | tr '\\0' y`
    const long = `{ printf 'pad='; head -c 65520 /dev/zero | tr '\\0' z; echo; printf 'k=%s\\n' "$SECRET_KEY"; } > "$COUNTERSIGN_OUTPUT"`
    const end = await go('cut', {
      steps: [sh(`${fill}; ${long}`)],
      environment: { SECRET_KEY: SECRET },
      secretValues: [SECRET],
    })
    expect(JSON.stringify(end)).not.toMatch(/hunt|3210/)
    expect(end.logTail).toContain('COUNTERSIGN_OUTPUT is cut')
  })

  it('of several lines are not given away by their first line in the outputs', async () => {
    const { go, layout } = await world()
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nAgEAAoIBAQC7VJTUt9Us8cKj\n-----END KEY-----'
    const end = await go('pem', {
      steps: [sh('printf "key=%s\\n" "$SECRET_KEY" > "$COUNTERSIGN_OUTPUT"')],
      environment: { SECRET_KEY: key },
      secretValues: [key],
    })
    expect(JSON.stringify(end)).not.toMatch(/MIIEv|AgEAA/)
    // What the run wrote itself is not redacted, so it is not kept.
    expect(existsSync(layout('pem').output)).toBe(false)
  })

  it('reach neither the command line nor the environment of the supervisor', async () => {
    const { go, runner, layout } = await world()
    const run = go('ps', { steps: [sh('sleep 300')], environment: { SECRET_KEY: SECRET }, secretValues: [SECRET] })
    await until('it runs', () => supervisorOf(layout('ps')) > 0)
    const pid = supervisorOf(layout('ps'))
    const seen = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')
    expect(seen).toContain('supervisor')
    expect(seen).not.toContain('hunter2')
    await runner.stopAll()
    expect((await run).status).toBe('cancelled')
  })
})
