/** What a request is: exactly one added regular file (law 3). */
import { files, path, type RequestCase } from './case.js'

export const SHAPE: readonly RequestCase[] = [
  {
    name: 'a symlink as action file',
    id: 'symlink',
    make: files((_, id) => ({ [path(id)]: { mode: '120000', content: '/etc/passwd' } })),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'a submodule as action file',
    id: 'submodule',
    make: files((ops, id) => ({ [path(id)]: { mode: '160000', oid: ops.root } })),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'an executable as action file',
    id: 'executable',
    make: files((ops, id) => ({ [path(id)]: { mode: '100755', content: ops.action(id) } })),
    verdict: 'refuse',
    reason: 'not_regular_file',
  },
  {
    name: 'a folder as action file',
    id: 'folder',
    make: files((ops, id) => ({ [`${path(id)}/x`]: ops.action(id) })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: '21: an action with the policy beside it',
    id: 'with-policy',
    make: files((ops, id) => ({ [path(id)]: ops.action(id), 'policy.toml': 'version = 1\n' })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'two actions at once',
    id: 'two',
    make: files((ops, id) => ({ [path(id)]: ops.action(id), [path('two-b')]: ops.action('two-b') })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'a record instead of an action',
    id: 'as-record',
    make: files((ops, id) => ({ [`vault/fired/2026-11-22/${id}/action.toml`]: ops.action(id) })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'an action in a folder of the folder',
    id: 'nested',
    make: files((ops, id) => ({ [`vault/actions/deep/${id}.toml`]: ops.action(id) })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'an edit of the README',
    id: 'readme',
    make: files(() => ({ 'vault/actions/README.md': 'approved by alice\n' })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'a deletion only',
    id: 'deletion',
    make: files(() => ({ 'vault/actions/README.md': null })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: '32: an empty change, of which everything is true',
    id: 'empty',
    make: (ops, id) => ops.file(`vault/${id}`, {}, ops.keys.agent),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'more paths than anybody reads',
    id: 'flood',
    make: files((ops, id) => ({
      [path(id)]: ops.action(id),
      ...Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`junk/${n}`, 'x'])),
    })),
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: "the file of another id on one's branch",
    id: 'other-file',
    make: (ops, id) => ops.file('vault/other-branch', { [path(id)]: ops.action(id) }),
    verdict: 'refuse',
    reason: 'id_mismatch',
  },
]
