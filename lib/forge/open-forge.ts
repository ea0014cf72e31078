/** The forge behind its port: Forgejo or GitHub. */
import { Slots } from '../git/slots.js'
import { apiAddress, splitRepo } from './api-address.js'
import { ForgeClient } from './client/forge-client.js'
import { openOctokit } from './client/open-octokit.js'
import { RateGate } from './client/rate-gate.js'
import { FORGE_LIMITS, type ForgeLimits } from './forge-limits.js'
import type { Forge, ForgeOptions } from './forge-options.js'
import { ForgejoReader } from './forgejo/forgejo-reader.js'
import { ForgejoWriter } from './forgejo/forgejo-writer.js'
import { forgejoPulls } from './forgejo/pull-source.js'
import { forgejoPull } from './forgejo/pull-wire.js'
import { GithubReader } from './github/github-reader.js'
import { GithubWriter } from './github/github-writer.js'
import { githubPulls } from './github/pull-source.js'
import { githubPull } from './github/pull-wire.js'
import type { ListingSource } from './listing/listing-source.js'
import { PullListing } from './listing/pull-listing.js'
import { openPull } from './open-pull.js'
import type { ForgeReader, ForgeRequester, ForgeWriter } from './port.js'

/**
 * @param overrides other limits than the house's, in tests only
 * @throws TypeError where address or repository could not be one: a mistake of the configuration, found before anything is asked
 */
export function openForge(options: ForgeOptions, overrides: Partial<ForgeLimits> = {}): Forge {
  const limits = { ...FORGE_LIMITS, ...overrides }
  const client = openClient(options, limits)
  return options.kind === 'forgejo' ? forgejo(client, options, limits) : github(client, options, limits)
}

export function openClient({ kind, url, repo, auth, now, log, stop }: ForgeOptions, limits: ForgeLimits): ForgeClient {
  if (auth.kind === 'app' && kind !== 'github') throw new TypeError('only GitHub has apps: give a token')
  return new ForgeClient({
    ...splitRepo(repo),
    octokit: openOctokit({ kind, baseUrl: apiAddress(kind, url), auth, stop }, limits),
    gate: new RateGate(now),
    slots: { questions: new Slots(limits.questionsAtOnce), writes: new Slots(limits.writesAtOnce) },
    limits,
    log: log ?? (() => {}),
    stop,
  })
}

function forgejo(client: ForgeClient, { repo, now }: ForgeOptions, limits: ForgeLimits): Forge {
  const source = forgejoPulls(client)
  const listing = new PullListing(source, now, limits)
  const create: Create = async (body) => (await client.ask('POST /repos/{owner}/{repo}/pulls', forgejoPull, body)).value
  return joined(
    new ForgejoReader(client, listing, repo, limits, now),
    new ForgejoWriter(client, limits),
    requester(source, create, limits),
  )
}

function github(client: ForgeClient, { auth, now }: ForgeOptions, limits: ForgeLimits): Forge {
  const source = githubPulls(client)
  const listing = new PullListing(source, now, limits)
  const create: Create = async (body) => (await client.ask('POST /repos/{owner}/{repo}/pulls', githubPull, body)).value
  return joined(
    new GithubReader(client, listing, auth.kind, limits, now),
    new GithubWriter(client, limits),
    requester(source, create, limits),
  )
}

/** What both forges take to make one. */
type Create = (body: {
  readonly head: string
  readonly base: string
  readonly title: string
  readonly body: string
}) => ReturnType<ForgeRequester['openPull']>

function requester(source: ListingSource, create: Create, limits: ForgeLimits): ForgeRequester {
  const desk = {
    source,
    items: limits.pageItems,
    pages: limits.pages,
    create: (pull: Parameters<ForgeRequester['openPull']>[0]) =>
      create({ head: pull.headBranch, base: pull.baseBranch, title: pull.title, body: pull.body }),
  }
  return { openPull: (pull) => openPull(desk, pull) }
}

function joined(reader: ForgeReader, writer: ForgeWriter, { openPull: open }: ForgeRequester): Forge {
  return {
    kind: reader.kind,
    self: () => reader.self(),
    repository: () => reader.repository(),
    openPulls: () => reader.openPulls(),
    pull: (number) => reader.pull(number),
    pullsOfMerge: (commit) => reader.pullsOfMerge(commit),
    history: (pull) => reader.history(pull),
    reviews: (number) => reader.reviews(number),
    comments: (number) => reader.comments(number),
    permission: (account) => reader.permission(account),
    createComment: (pull, body) => writer.createComment(pull, body),
    editComment: (id, body) => writer.editComment(id, body),
    addLabel: (pull, label) => writer.addLabel(pull, label),
    removeLabel: (pull, name) => writer.removeLabel(pull, name),
    setStatus: (commit, state, description, url) => writer.setStatus(commit, state, description, url),
    closePull: (number) => writer.closePull(number),
    openPull: open,
  }
}
