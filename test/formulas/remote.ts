/** The repos that formulas are run on. */
import { onTestFinished } from 'vitest'
import { type Files, makeRemote as makeEmptyRemote, type TestRemote } from '../support/git-repo.js'
import { run } from '../support/run-git.js'

/** A bare repo with one commit on main; gone after the test. */
export async function makeRemote(files: Files): Promise<TestRemote> {
  const remote = await makeEmptyRemote()
  onTestFinished(() => remote.remove())
  await remote.commit({ files })
  return remote
}

/** Full names of all refs and what they point at. */
export async function refsOf(remote: TestRemote): Promise<Readonly<Record<string, string>>> {
  const listing = await remote.git(['for-each-ref', '--format=%(refname) %(objectname)'])
  return Object.fromEntries(listing.split('\n').map((line) => line.split(' ') as [string, string]))
}

/** The object that a revision names. */
export function objectAt(remote: TestRemote, revision: string): Promise<string> {
  return remote.git(['rev-parse', '--verify', revision])
}

/** A file's text at a revision, to the last byte. */
export async function fileAt(remote: TestRemote, revision: string, path: string): Promise<string> {
  return (await run('git', ['cat-file', 'blob', `${revision}:${path}`], remote.path)).toString()
}
