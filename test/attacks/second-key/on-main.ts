/** What lies in `vault/actions/` on main and is no action: it is taken away, and stops nothing. */
import { type MergeCase, path, release } from './case.js'

const put =
  (content: (text: string) => Parameters<Parameters<MergeCase['make']>[0]['put']>[0][string]): MergeCase['make'] =>
  (ops, id) =>
    ops.put({ [path(id)]: content(ops.action(id)) })

export const ON_MAIN: readonly MergeCase[] = [
  {
    name: 'low needs no second key on main either',
    id: 'low-direct',
    make: put((text) => text),
    verdict: 'fire',
    reason: 'auto_approved',
  },
  {
    name: 'a symlink',
    id: 'symlink',
    make: put(() => ({ mode: '120000', content: '/etc/passwd' })),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'a submodule',
    id: 'submodule',
    make: async (ops, id) => ops.put({ [path(id)]: { mode: '160000', oid: ops.root } }),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'an executable',
    id: 'executable',
    make: put((content) => ({ mode: '100755', content })),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'a folder',
    id: 'folder',
    make: (ops, id) => ops.put({ [`${path(id)}/x.toml`]: ops.action(id) }),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: '10 MB',
    id: 'huge',
    make: put((text) => `${text}# ${'x'.repeat(10 * 1024 * 1024)}\n`),
    verdict: 'refuse',
    reason: 'file_too_large',
  },
  {
    name: 'invalid UTF-8',
    id: 'not-utf8',
    make: put(() => Buffer.from([0xff, 0xfe])),
    verdict: 'refuse',
    reason: 'not_utf8',
  },
  {
    name: 'keys whose words would make a record larger than any',
    id: 'wordy',
    make: put((text) => `"${'\u2028'.repeat(20_000)}" = 1\n${text}`),
    verdict: 'refuse',
    reason: 'unknown_key',
  },
  {
    name: 'a thousand wrong keys',
    id: 'many-keys',
    make: put(
      (text) => `${Array.from({ length: 1_000 }, (_, n) => `k${n}${'\\u202e'.repeat(5)} = 1`).join('\n')}\n${text}`,
    ),
    verdict: 'refuse',
    reason: 'toml_syntax',
  },
  ...[
    ['a line break', 'a\nb'],
    ['a quote and a backslash', 'a"\\b'],
    ['an escape of terminals', '\u001b[2J\u001b]0;x\u0007'],
    ['letters of another script', 'дело'],
    ['dots', '..'],
    ['`.lock` at the end', 'x.lock'],
    ['a space at the end', 'x '],
    ['trailers', 'x\n\nApproved-By: alice'],
    ['two hundred characters', 'y'.repeat(200)],
  ].map(
    ([what, id]): MergeCase => ({
      name: `a file with ${what} in its name`,
      id: id ?? '',
      make: (ops) => ops.put({ [path(id ?? '')]: ops.action('x') }),
      verdict: 'refuse',
      reason: 'branch_name_invalid',
    }),
  ),
  {
    name: 'the release of an action that waits on main already',
    id: 'waits-twice',
    make: async (ops, id) => {
      const parent = await ops.main()
      const head = await release(ops, id)
      await ops.put({ [path(id)]: ops.action(id, { formula: 'release' }) })
      await ops.remote.commit({
        branch: `vault/${id}`,
        parent,
        files: { [path(id)]: ops.action(id, { formula: 'release' }) },
      })
      return head
    },
    verdict: 'refuse',
    reason: 'no_second_key',
  },
]
