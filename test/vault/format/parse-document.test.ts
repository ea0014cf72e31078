import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseDocument } from '../../../vault/format/parse-document.js'
import { bytes, messagesOf, passed } from '../told.js'

// A schema without words of its own, as a configuration has.
const schema = z.strictObject({
  repo: z.strictObject({ url: z.string().min(1), branch: z.string().default('main') }),
  kind: z.enum(['git']).default('git'),
  runs: z.int().min(1).max(256).default(4),
  keys: z
    .array(z.string().regex(/^ed25519:/))
    .max(2)
    .default([]),
})

describe('a document', () => {
  it('gets its defaults', () => {
    expect(passed(parseDocument(bytes('repo.url = "x"'), schema))).toEqual({
      repo: { url: 'x', branch: 'main' },
      kind: 'git',
      runs: 4,
      keys: [],
    })
  })

  it.each([
    ['', '`repo` is missing. Add it: it must be a table.'],
    ['[repo]', '`repo.url` is missing. Add it: it must be a string.'],
    ['repo.url = 1', '`repo.url` must be a string; it is the number 1. Correct it.'],
    ['repo.url = ""', '`repo.url` must be not empty; it is an empty string. Correct it.'],
    ['repo.url = "x"\nkind = "svn"', '`kind` must be one of "git"; it is the string "svn". Correct it.'],
    ['repo.url = "x"\nruns = 0', '`runs` must be at least 1; it is the number 0. Correct it.'],
    ['repo.url = "x"\nruns = 1.5', '`runs` must be an integer; it is the number 1.5. Correct it.'],
    [
      'repo.url = "x"\nkeys = ["rsa"]',
      '`keys[0]` must be a string that matches /^ed25519:/; it is the string "rsa". Correct it.',
    ],
    [
      'repo.url = "x"\nkeys = ["ed25519:", "ed25519:", "ed25519:"]',
      '`keys` must be at most 2 items long; it is a list. Correct it.',
    ],
    [
      '[repo]\nurl = "x"\nbrnach = "y"',
      '`repo.brnach` is not a key of `repo`; did you mean `branch`? Correct or remove it.',
    ],
    ['repo.url = "x"\nzzz = 1', '`zzz` is not a key of this file. Remove it; known keys are repo, kind, runs, keys.'],
  ])('%j is told in words', (text, message) => {
    expect(messagesOf(parseDocument(bytes(text), schema))).toBe(message)
  })
})
