/**
 * Every limit of the system, each with its reason (law 11). Units are in the names.
 * A limit is a refusal or a postponement with words, never a silent cut.
 */
export const LIMITS = {
  /** Bytes of an action file. A page of context and some variables; what is larger wants a formula of its own. */
  actionBytes: 64 * 1024,
  /** Bytes of a formula or policy file: written by people; the TOML parser is not meant for hostile megabytes. */
  trustFileBytes: 512 * 1024,
  /** Files below `formulas/`: all of them are read whenever the trust set changes. */
  trustFiles: 500,
  /** Key segments and nesting of a TOML document: a dotted key of 100,000 segments parses, but costs stack and time. */
  tomlDepth: 16,
  /** Bytes of a TOML file's cap for each value in it: thousands of tiny values cost far more than their bytes. */
  tomlBytesPerValue: 64,
  /** Problems listed for one file: the rest is counted. Nobody corrects more at a time. */
  problems: 100,
  /** Characters of one variable's value: it travels in the environment of a process. */
  variableChars: 8 * 1024,
  /** Characters of `context` and `purpose`. */
  contextChars: 16 * 1024,
  /** Secrets, tools, mounts, variables of one action: lists that an approver can still read. */
  listItems: 64,
  /** Characters of a variable's `pattern`: what is longer cannot be reviewed, and patterns run on requesters' text. */
  patternChars: 512,
  /** Characters of one step's `run` or `description`: longer scripts are files beside the formula. */
  stepChars: 64 * 1024,
  /** Lines of `[tiers]`, `[signers]`, `never` and `admins`: lists that one policy's reader can still keep in mind. */
  policyEntries: 1_000,
  /** Steps of a formula. */
  steps: 100,
  /** Minutes a run may last at most: longer work belongs to a job that the run starts. */
  timeoutMinutes: 24 * 60,
  /** Minutes when neither action nor formula says anything (DESIGN section 4). */
  defaultTimeoutMinutes: 60,
  /** Paths of a change that are read before it is called too large: one is right, more only need a good message. */
  changedPaths: 50,
  /** Commits of one request whose signatures are read: a request is one file; more is noise or an attack. */
  requestCommits: 50,
  /** Requests that are read for the first time in one tick; the rest waits for the next, so that none starves. */
  newRequestsPerTick: 5_000,
  /** Claims in one commit: bounds the size of a commit and how long one push holds the others up. */
  claimsPerCommit: 1_000,
  /** Branch names in one fetch or push: bounds the length of a command line. */
  refsPerCommand: 200,
  /** Attempts of the recorder to push one batch before it is left to the next tick. */
  pushAttempts: 5,
  /** Milliseconds that an outcome may wait for others to share its commit, and how often that is looked at. */
  lingerMs: 1_000,
  lingerStepMs: 20,
  /** How often one tick observes and plans anew after it lost the race for main. */
  replansPerTick: 5,
  /** Milliseconds after a claim in which its run may start: another instance waits for this before it takes over. */
  startWindowMs: 6 * 60 * 60 * 1000,
  /** Milliseconds beyond start window and timeout before another instance calls a claim indeterminate: clocks differ. */
  takeoverGraceMs: 15 * 60 * 1000,
  /** Milliseconds between SIGTERM and SIGKILL. */
  killGraceMs: 5_000,
  /** Milliseconds that one git command on the network may take. */
  gitNetworkMs: 5 * 60 * 1000,
  /** Milliseconds that one local git command may take: a first walk over a long history is the slowest. */
  gitLocalMs: 10 * 60 * 1000,
  /** Bytes of a run's output kept on disk: beyond it the output is dropped and counted. */
  runOutputBytes: 16 * 1024 * 1024,
  /** Bytes of a run's output that go into the outcome, redacted. */
  logTailBytes: 8 * 1024,
  /** Bytes and lines of a run's `COUNTERSIGN_OUTPUT`. */
  outputFileBytes: 64 * 1024,
  outputKeys: 64,
  /** Runs at once where the configuration says nothing. */
  concurrency: 4,
  /** Bytes of a comment. */
  commentBytes: 32 * 1024,
  /** Bytes of one record: an intent or outcome of ours is far smaller; a larger file is not one. */
  recordBytes: 1024 * 1024,
} as const
