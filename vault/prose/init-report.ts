import { shellWord } from './shell-word.js'

/** What `init` says to people. */
interface Initialised {
  readonly repo: string
  readonly config: string
  readonly trust_root: string
  readonly dispatcher_key: string
  readonly state: 'laid_out' | 'joined'
}

export function renderInit(made: Initialised, notes: readonly string[]): string[] {
  const { repo, config, trust_root, dispatcher_key, state } = made
  return [
    state === 'laid_out'
      ? `laid out the ops repo ${repo}`
      : `joined the ops repo ${repo} as one more dispatcher; nothing in it was changed`,
    `  configuration   ${config}`,
    `  trust root      ${trust_root}`,
    `  dispatcher key  ${dispatcher_key}`,
    ...notes.map((note) => `  ${note}`),
    'Next:',
    `  countersign tick --config ${shellWord(config)}`,
  ]
}

export function laidOutNotes(isEnabled: boolean, kept: readonly string[], isAtForge: boolean): string[] {
  const how = isAtForge ? 'a pull request that they merge' : 'a commit signed with their key'
  return [
    ...(kept.length === 0 ? [] : [`kept as they were: ${kept.join(', ')}`]),
    ...(isEnabled
      ? []
      : [
          `The policy says \`[write] enabled = false\`: the dispatcher only looks, until an admin sets it to true in policy.toml (${how}).`,
        ]),
    'Auditors pin the dispatcher key: countersign verify --key …',
  ]
}

export function joinedNotes(
  joined: { readonly source: 'records' | 'history'; readonly hearsay: string | null; readonly trustedKeys: number },
  key: string,
): string[] {
  const { source, hearsay, trustedKeys } = joined
  return [
    source === 'records'
      ? "The trust root is the one that the other dispatcher's signed records name."
      : "The trust root is the first commit with a whole trust set: compare it with `[trust] root` in another dispatcher's configuration.",
    ...(hearsay === null
      ? []
      : [`Records by keys that were not given name another root: ${hearsay}. Ask the operator before the first tick.`]),
    `Add this key to \`[trust] keys\` of the other dispatchers: ${key}`,
    ...(trustedKeys > 0
      ? []
      : [
          'And theirs to `[trust] keys` here (--trust-key): records by keys that are not there are reported as foreign.',
        ]),
  ]
}
