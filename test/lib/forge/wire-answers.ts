/** Answers of both forges, cut down to what is read and a little beside it. Values are of no meaning. */
export const HEAD = 'a'.repeat(40)
export const MERGE = 'b'.repeat(40)
const BASE = 'c'.repeat(40)

type Fields = Readonly<Record<string, unknown>>

export const forgejoUser = (id: number, login = `user${id}`): Fields => ({ id, login, email: 'x@example.test' })

export const forgejoPull = (number: number, changes: Fields = {}): Fields => ({
  number,
  html_url: `https://forge.test/o/r/pulls/${number}`,
  state: 'open',
  merged: false,
  merge_commit_sha: null,
  merged_by: null,
  user: forgejoUser(3),
  draft: false,
  created_at: '2026-11-22T05:00:00Z',
  updated_at: '2026-11-22T05:00:00Z',
  labels: [],
  head: { ref: `vault/${number}`, label: `vault/${number}`, sha: HEAD, repo_id: 8 },
  base: { ref: 'main', label: 'main', sha: BASE, repo_id: 8 },
  ...changes,
})

export const githubUser = (id: number, type = 'User', login = `user${id}`): Fields => ({ id, login, type })

export const githubPull = (number: number, changes: Fields = {}): Fields => ({
  number,
  html_url: `https://forge.test/o/r/pull/${number}`,
  state: 'open',
  merged: false,
  merged_at: null,
  merge_commit_sha: 'd'.repeat(40),
  merged_by: null,
  user: githubUser(3),
  draft: false,
  created_at: '2026-11-22T05:00:00Z',
  updated_at: '2026-11-22T05:00:00Z',
  labels: [],
  head: { ref: `vault/${number}`, sha: HEAD, repo: { id: 8, full_name: 'o/r' } },
  base: { ref: 'main', sha: BASE, repo: { id: 8, full_name: 'o/r' } },
  ...changes,
})

export const repositoryAnswer: Fields = {
  id: 8,
  full_name: 'o/r',
  html_url: 'https://forge.test/o/r',
  clone_url: 'https://forge.test/o/r.git',
  default_branch: 'main',
}
