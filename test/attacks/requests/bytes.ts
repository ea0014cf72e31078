/** What the bytes of an action are. */
import { bytes, type RequestCase } from './case.js'

export const BYTES: readonly RequestCase[] = [
  {
    name: '10 MB',
    id: 'huge',
    make: bytes((text) => `${text}# ${'x'.repeat(10 * 1024 * 1024)}\n`),
    verdict: 'refuse',
    reason: 'file_too_large',
  },
  {
    name: 'no bytes at all',
    id: 'nothing',
    make: bytes(() => ''),
    verdict: 'refuse',
    reason: 'missing_key',
  },
  {
    name: 'invalid UTF-8',
    id: 'not-utf8',
    make: bytes((text) => Buffer.concat([Buffer.from(text), Buffer.from([0x23, 0xff, 0xfe, 0x0a])])),
    verdict: 'refuse',
    reason: 'not_utf8',
  },
  {
    name: 'a byte order mark',
    id: 'bom',
    make: bytes((text) => `\ufeff${text}`),
    verdict: 'refuse',
    reason: 'not_utf8',
  },
  {
    name: 'a NUL',
    id: 'nul',
    make: bytes((text) => `${text}# \0\n`),
    verdict: 'refuse',
    reason: 'not_utf8',
  },
  {
    name: 'line breaks of Windows are TOML',
    id: 'crlf',
    make: bytes((text) => text.replaceAll('\n', '\r\n')),
    verdict: 'fire',
    reason: 'auto_approved',
  },
  {
    name: 'a line break of old Macs is none',
    id: 'bare-cr',
    make: bytes((text) => text.replaceAll('\n', '\r')),
    verdict: 'refuse',
    reason: 'toml_syntax',
  },
  {
    name: 'ten thousand brackets',
    id: 'brackets',
    make: bytes((text) => `x = ${'['.repeat(10_000)}\n${text}`),
    verdict: 'refuse',
    reason: 'toml_depth',
  },
  {
    name: 'a key of twenty thousand segments',
    id: 'segments',
    make: bytes((text) => `${'a.'.repeat(20_000)}a = 1\n${text}`),
    verdict: 'refuse',
    reason: 'toml_depth',
  },
  {
    name: 'the prototype of everything',
    id: 'proto',
    make: (ops, id) => ops.request(id, { vars: { __proto__x: 'x' }, lines: ['__proto__ = { dryRun = true }'] }),
    verdict: 'refuse',
    reason: 'unknown_key',
  },
]
