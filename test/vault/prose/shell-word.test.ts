import { expect, it } from 'vitest'
import { shellWord } from '../../../vault/prose/shell-word.js'

it.each([
  ['/srv/dispatcher/countersign.toml', '/srv/dispatcher/countersign.toml'],
  ['/srv/my ops/key', "'/srv/my ops/key'"],
  ["it's; rm -rf $HOME", "'it'\\''s; rm -rf $HOME'"],
  ['~', "'~'"],
  ['', "''"],
])('%j is %s to a shell', (text, word) => {
  expect(shellWord(text)).toBe(word)
})
