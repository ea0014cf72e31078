import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { BatchParser } from '../../../lib/git/batch-parser.js'
import { ByteCache } from '../../../lib/git/byte-cache.js'
import { describeFailure } from '../../../lib/git/describe-failure.js'
import { isolatedEnvironment, personEnvironment } from '../../../lib/git/environment.js'
import { pathFromBytes, pathToBytes } from '../../../lib/git/path-text.js'
import { makeRedact, redactUrls } from '../../../lib/git/redact.js'
import { parseRemoteUrl } from '../../../lib/git/remote-url.js'
import { isSafeRef } from '../../../lib/git/safe-ref.js'

describe('paths', () => {
  property.prop([fc.uint8Array({ maxLength: 40 })])('keep their bytes', (bytes) => {
    expect(pathToBytes(pathFromBytes(bytes))).toEqual(Buffer.from(bytes))
  })
  property.prop([fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 })])(
    'are equal only if their bytes are',
    (a, b) => {
      expect(pathFromBytes(a) === pathFromBytes(b)).toBe(Buffer.from(a).equals(Buffer.from(b)))
    },
  )
  test('a byte order mark is a part of the name', () => {
    expect(pathFromBytes(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa')
  })
})

describe('refs', () => {
  test.each([
    'refs/heads/main',
    'refs/heads/vault/x/y',
    'refs/heads/vault/-x',
    'refs/heads/vault/--upload-pack=x',
    'refs/heads/ünï/日本',
    'refs/heads/a{b}',
    'refs/heads/@',
  ])('%s is one', (ref) => expect(isSafeRef(ref)).toBe(true))
  test.each([
    ...[
      'main',
      '-x',
      'HEAD',
      '',
      'refs/',
      'refs/heads/',
      'refs/heads/a b',
      'refs/heads/a:b',
      '+refs/heads/a',
      'refs/heads/a^',
      'refs/heads/a~1',
    ],
    ...[
      'refs/heads/a*',
      'refs/heads/a?',
      'refs/heads/[a',
      'refs/heads/a\\b',
      'refs/heads/a..b',
      'refs/heads/a@{1}',
      'refs/heads//a',
      'refs/heads/.a',
    ],
    ...[
      'refs/heads/a.',
      'refs/heads/a.lock',
      'refs/heads/a.lock/b',
      'refs/heads/a\n',
      'refs/heads/a\u007f',
      'refs/heads/\udcff',
      `refs/heads/${'a'.repeat(1_000)}`,
    ],
  ])('%j is none', (ref) => expect(isSafeRef(ref)).toBe(false))
})

describe('secrets', () => {
  test.each([
    ['fatal: unable to access https://bot:pa@ss@host/x', 'fatal: unable to access https://***@host/x'],
    ["ssh://git@host/x and 'HTTP://tok@h'", "ssh://***@host/x and 'HTTP://***@h'"],
    ['https://host/x?private_token=abc&y=1', 'https://host/x?private_token=***&y=1'],
    ['https://host/user@x', 'https://host/user@x'],
  ])('%s', (text, redacted) => expect(redactUrls(text)).toBe(redacted))

  test('what was sent in a header is known', () => {
    expect(makeRedact(['Basic abcdef', 'abcdef', 'no'])('no: Basic abcdef, abcdef')).toBe('no: ***, ***')
  })

  test('a login goes from the URL into a header for that server only', () => {
    expect(parseRemoteUrl('https://bot:a%40b@host:8443/x.git')).toEqual({
      url: 'https://host:8443/x.git',
      header: { key: 'http.https://host:8443/.extraHeader', value: `Authorization: Basic ${btoa('bot:a@b')}` },
    })
    for (const url of ['https://host/x', 'ssh://git@host/x', 'git@host:x', '/srv/x', 'file:///srv/x']) {
      expect(parseRemoteUrl(url)).toEqual({ url, header: null })
    }
    expect(parseRemoteUrl('ops/x.git').url).toBe(`${process.cwd()}/ops/x.git`)
  })
})

describe('environment', () => {
  const base = {
    PATH: '/bin',
    HOME: '/h',
    GIT_DIR: '/x',
    GIT_SSH_COMMAND: 'evil',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'a.b',
    GIT_CONFIG_VALUE_0: 'c',
    LD_PRELOAD: 'x',
    SECRET: 's',
  }

  test('of the dispatcher has only what is listed', () => {
    const { PATH, HOME, ...rest } = isolatedEnvironment(base, [['x.y', 'z']])
    expect([PATH, HOME]).toEqual(['/bin', '/h'])
    expect(rest).toEqual({
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_FLUSH: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'x.y',
      GIT_CONFIG_VALUE_0: 'z',
    })
  })

  test('of a person keeps their settings, and ours come after', () => {
    const environment = personEnvironment(base, [['x.y', 'z']])
    expect(environment).toMatchObject({
      GIT_SSH_COMMAND: 'evil',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'a.b',
      GIT_CONFIG_KEY_1: 'x.y',
    })
    expect(environment).not.toHaveProperty('GIT_DIR')
    expect(environment).not.toHaveProperty('GIT_CONFIG_GLOBAL')
    expect(environment).not.toHaveProperty('SECRET')
  })
})

describe('failures', () => {
  const codeOf = (stderr: string) =>
    describeFailure('git fetch', { exitCode: 128, stdout: Buffer.alloc(0), stderr }, redactUrls).code
  test.each([
    ['unreachable', "fatal: unable to access 'https://h/': Could not resolve host: h"],
    [
      'unreachable',
      'ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.',
    ],
    ['unreachable', "fatal: '/nowhere' does not appear to be a git repository"],
    ['unreachable', "fatal: unable to access 'https://h/': The requested URL returned error: 502"],
    ['denied', "fatal: unable to access 'https://h/': The requested URL returned error: 403"],
    ['denied', 'git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.'],
    ['denied', "fatal: could not read Username for 'https://h': terminal prompts disabled"],
    ['no_space', 'error: unable to write file: No space left on device'],
    ['corrupt', 'fatal: loose object 1234 (stored in x) is corrupt'],
    ['failed', 'fatal: something new'],
    ['failed', 'remote: No space left on device\nremote: Permission denied'],
  ])('%s: %s', (code, stderr) => expect(codeOf(stderr)).toBe(code))
})

test('answers of cat-file are cut right, however they arrive', () => {
  const oid = '1'.repeat(40)
  const output = Buffer.from(`${oid} blob 5\na\nb\nc\n${oid} missing\n${oid} blob 0\n\n${oid} tree 7\n`)
  for (let size = 1; size < output.length; size++) {
    const parser = new BatchParser()
    const questions = [true, true, true, false].map((withContents) => ({ oid, withContents }))
    const answers: unknown[] = []
    for (let at = 0; at < output.length; at += size) {
      parser.push(output.subarray(at, at + size))
      for (let next = questions[answers.length]; next !== undefined; next = questions[answers.length]) {
        const answer = parser.next(next)
        if (answer === null) break
        answers.push(answer)
      }
    }
    expect(answers).toEqual([
      { kind: 'object', type: 'blob', size: 5, bytes: Buffer.from('a\nb\nc') },
      { kind: 'missing' },
      { kind: 'object', type: 'blob', size: 0, bytes: Buffer.alloc(0) },
      { kind: 'object', type: 'tree', size: 7, bytes: null },
    ])
  }
})

test('a cache forgets what was used longest ago', () => {
  const cache = new ByteCache<string>(10)
  cache.set('a', 'A', 4)
  cache.set('b', 'B', 4)
  expect(cache.get('a')).toBe('A')
  cache.set('c', 'C', 4)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C'])
  cache.set('d', 'D', 11)
  expect(cache.get('d')).toBeUndefined()
})
