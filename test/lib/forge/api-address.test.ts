import { expect, it } from 'vitest'
import { apiAddress } from '../../../lib/forge/api-address.js'

it.each([
  ['github', 'https://github.com', 'https://api.github.com'],
  ['github', 'https://github.com/', 'https://api.github.com'],
  ['github', 'https://www.github.com', 'https://api.github.com'],
  ['github', 'https://acme.ghe.com', 'https://api.acme.ghe.com'],
  ['github', 'https://ghe.example', 'https://ghe.example/api/v3'],
  ['github', 'https://github.com.evil.example', 'https://github.com.evil.example/api/v3'],
  ['forgejo', 'https://codeberg.org', 'https://codeberg.org/api/v1'],
  ['forgejo', 'https://example.test/git/', 'https://example.test/git/api/v1'],
  ['forgejo', 'http://127.0.0.1:3000', 'http://127.0.0.1:3000/api/v1'],
] as const)('%s at %s', (kind, url, api) => {
  expect(apiAddress(kind, url)).toBe(api)
})
