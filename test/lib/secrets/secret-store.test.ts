import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SecretError } from '../../../lib/secrets/secret-error.js'
import { secretStore } from '../../../lib/secrets/secret-store.js'
import { newFolder } from '../signing/folder.js'

function put(path: string, content: string | Uint8Array, mode = 0o600): string {
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

/** Code and words of the refusal; the value must not be in them. */
async function refusal(got: Promise<string | null>): Promise<string> {
  try {
    return `no refusal: ${await got}`
  } catch (error) {
    if (error instanceof SecretError) return `${error.code}: ${error.message}`
    throw error
  }
}

describe('secretStore', () => {
  it('looks into the environment first, then into the folder', async () => {
    const dir = newFolder()
    put(join(dir, 'TOKEN'), 'from file\n')
    put(join(dir, 'OTHER'), 'from file\n')
    const store = secretStore({
      dir,
      environment: { COUNTERSIGN_SECRET_TOKEN: 'from environment\n', OTHER: 'not this one' },
    })
    expect(await store.get('TOKEN')).toBe('from environment\n')
    expect(await store.get('OTHER')).toBe('from file')
    expect(await store.get('NEITHER')).toBeNull()
    expect(await secretStore({ dir: null, environment: {} }).get('TOKEN')).toBeNull()
    expect(await secretStore({ dir: join(dir, 'nothing'), environment: {} }).get('TOKEN')).toBeNull()
  })

  it.each([
    ['value', 'value'],
    ['value\n', 'value'],
    ['value\r\n', 'value'],
    ['value\n\n', 'value\n'],
    [' value ', ' value '],
    ['\ufeffvalue', '\ufeffvalue'],
    ['two\nlines\n', 'two\nlines'],
  ])('strips one line end of a file: %j', async (content, value) => {
    const dir = newFolder()
    put(join(dir, 'TOKEN'), content)
    expect(await secretStore({ dir, environment: {} }).get('TOKEN')).toBe(value)
  })

  it.each(['', 'token', '1TOKEN', '_TOKEN', 'A-B', '../X', 'A/B', 'A\n', '__proto__', 'A'.repeat(65)])(
    'has no secret named %j',
    async (name) => {
      const dir = newFolder()
      const environment = { [`COUNTERSIGN_SECRET_${name}`]: 'value' }
      expect(await refusal(secretStore({ dir, environment }).get(name))).toMatch(/^secret_name_invalid: /)
    },
  )

  it('follows links inside the folder, as Kubernetes mounts them, and none out of it', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, '..2026'))
    put(join(dir, '..2026', 'TOKEN'), 'value')
    symlinkSync('..2026', join(dir, '..data'))
    symlinkSync('..data/TOKEN', join(dir, 'TOKEN'))
    symlinkSync(put(join(newFolder(), 'key.pem'), 'private'), join(dir, 'OUTSIDE'))
    symlinkSync('nothing', join(dir, 'DANGLING'))
    symlinkSync('LOOP', join(dir, 'LOOP'))
    symlinkSync(dir, join(newFolder(), 'link'))
    const store = secretStore({ dir, environment: {} })
    expect(await store.get('TOKEN')).toBe('value')
    expect(await refusal(store.get('OUTSIDE'))).toMatch(/^secret_misplaced: /)
    expect(await refusal(store.get('LOOP'))).toMatch(/^secret_unreadable: /)
    expect(await store.get('DANGLING')).toBeNull()
  })

  it('may itself be a link', async () => {
    const dir = newFolder()
    put(join(dir, 'TOKEN'), 'value')
    const link = join(newFolder(), 'link')
    symlinkSync(dir, link)
    expect(await secretStore({ dir: link, environment: {} }).get('TOKEN')).toBe('value')
  })

  it('refuses what may not be used, and shows none of it', async () => {
    const dir = newFolder()
    const path = put(join(dir, 'GROUP'), 'hunter22', 0o640)
    put(join(dir, 'WORLD'), 'hunter22', 0o604)
    put(join(dir, 'SHORT'), 'ab1\n')
    put(join(dir, 'EMPTY'), '')
    put(join(dir, 'LARGE'), 'hunter22'.repeat(8 * 1024 + 1))
    put(join(dir, 'BINARY'), Uint8Array.of(0xff, 0xfe, 0xff, 0xff, 0xff))
    put(join(dir, 'NUL'), 'hunter22\0')
    mkdirSync(join(dir, 'FOLDER'), { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', join(dir, 'PIPE')])
    const store = secretStore({
      dir,
      environment: { COUNTERSIGN_SECRET_BLANK: '', COUNTERSIGN_SECRET_HUGE: 'hunter22'.repeat(9 * 1024) },
    })
    const cases: [string, string | RegExp][] = [
      ['GROUP', `secret_exposed: the secret GROUP (mode 0640) is open to other users; run: chmod 600 ${path}`],
      ['WORLD', /^secret_exposed: /],
      ['SHORT', /^secret_too_short: .*4 characters/],
      ['EMPTY', /^secret_too_short: /],
      ['BLANK', /^secret_too_short: /],
      ['LARGE', /^secret_too_large: /],
      ['HUGE', /^secret_too_large: /],
      ['BINARY', /^secret_not_text: .*base64/],
      ['NUL', /^secret_not_text: /],
      ['FOLDER', /^secret_unreadable: /],
      ['PIPE', /^secret_unreadable: /],
    ]
    for (const [name, words] of cases) {
      const said = await refusal(store.get(name))
      expect(said).toEqual(typeof words === 'string' ? words : expect.stringMatching(words))
      expect(said).not.toMatch(/hunter22|ab1/)
    }
  })

  it('lists what is there by name, and why some may not be used', async () => {
    const dir = newFolder()
    put(join(dir, 'TOKEN'), 'value')
    put(join(dir, 'OPEN'), 'value', 0o644)
    put(join(dir, 'README.md'), 'not a secret', 0o644)
    const environment = {
      COUNTERSIGN_SECRET_ENV: 'value',
      COUNTERSIGN_SECRET_lower: 'value',
      COUNTERSIGN_SECRET_GONE: undefined,
      HOME: '/',
    }
    const { usable, refused } = await secretStore({ dir, environment }).list()
    expect([...usable].sort()).toEqual(['ENV', 'TOKEN'])
    expect([...refused]).toEqual([['OPEN', expect.stringContaining('chmod 600')]])
    expect(await secretStore({ dir: null, environment: {} }).list()).toEqual({ usable: new Set(), refused: new Map() })
  })
})
