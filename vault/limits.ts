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
  /** Requests that are read at the same time: what they ask of git goes to it together. */
  requestsAtOnce: 64,
  /** Claims in one commit: bounds the size of a commit and how long one push holds the others up. */
  claimsPerCommit: 1_000,
  /** Used ids that lie together in one file, and in memory, before they are spread over many. */
  recentIds: 10_000,
  /** Claims that are pushed together, before the first of them runs: a burst runs while the rest of it is claimed. */
  claimsAtOnce: 500,
  /** Branch names in one fetch or push: bounds the length of a command line. Branches of a burst of more claims are deleted after it. */
  refsPerCommand: 250,
  /** Commits in one fetch: the same, and names of commits are short. */
  tipsPerCommand: 1_000,
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
  /** Milliseconds that git, or a write to the forge, may go on after the daemon was told to stop: what is answered at all is answered by then. */
  drainMs: 10_000,
  /** Milliseconds after which a lock in our own clone is a dead git's: the living hold one for a moment. */
  staleLockMs: 10_000,
  /** The same for an ops repo that is a folder on this machine: a lock there guards main, and not everybody who works there can be seen. */
  staleRemoteLockMs: 30_000,
  /** Milliseconds that those who may hold an old one are waited for: most gits work a moment there, and go. */
  lockHoldersMs: 2_000,
  /** Pull requests that are over of which is kept what was shown: one that opens again is not told anything twice. */
  closedPulls: 1_000,
  /** Locks in an ops repo on this machine whose possible holders are remembered: more forgets them all, and looks anew. */
  rememberedLocks: 1_000,
  /** Milliseconds that processes are looked for after SIGKILL: one in uninterruptible sleep may outlive any bound. */
  killMs: 5_000,
  /** Milliseconds that the exit of a step which was killed is waited for. */
  killedExitMs: 1_000,
  /**
   * Milliseconds that `on_failure` steps have beyond their run's own limit: a run that timed out must be able to roll back.
   * Far below `takeoverGraceMs`: until then no other instance may call the run indeterminate.
   */
  rollbackMs: 60_000,
  /** Milliseconds beyond all limits of a run that was told to stop, before its supervisor is killed. */
  stopSlackMs: 10_000,
  /** How often a supervisor that ended before it took a run is replaced: what kills three of them kills the fourth. */
  supervisorStarts: 3,
  /** Threads of a supervisor for the disk, which may be slow for one run while others write their logs. */
  supervisorThreads: 8,
  /** Bytes after which what supervisors say about themselves begins anew: only the last failure is of interest. */
  supervisorLogBytes: 256 * 1024,
  /** Characters of the dispatcher's own log that wait where it cannot be written: a full disk must not fill the memory too. */
  unwrittenLogBytes: 1024 * 1024,
  /** Bytes of a run's output kept on disk: beyond it the output is dropped and counted. */
  runOutputBytes: 16 * 1024 * 1024,
  /** Bytes of these, kept free for what the supervisor itself has to say about the run. */
  runNotesBytes: 4 * 1024,
  /** Bytes free on the disk under which what a run left is removed as soon as it ended: room to record it. */
  scarceBytes: 16 * 1024 * 1024,
  /** Bytes of a run's output that are held in memory for a slow disk, before the run has to wait. */
  runBacklogBytes: 1024 * 1024,
  /** Part of a processor that goes into output which is only dropped: a flood neither blocks its run nor slows others. */
  droppedOutputShare: 0.3,
  /** Milliseconds that the rest of the output is waited for when somebody who was not found holds it open. */
  lastOutputMs: 500,
  /** Bytes of a run's output that go into the outcome, redacted. */
  logTailBytes: 8 * 1024,
  /** Bytes and lines of a run's `COUNTERSIGN_OUTPUT`. */
  outputFileBytes: 64 * 1024,
  outputKeys: 64,
  /** Bad lines of it that are named one by one in the log: the rest is counted. */
  outputNamedLines: 10,
  /** Bytes of an end as it is read from the disk: outputs and log tail with each byte escaped are fewer. */
  runEndBytes: 1024 * 1024,
  /** Bytes of the list of a run's processes: some 10,000, what a machine may have. */
  processListBytes: 256 * 1024,
  /** Part of the time that goes into looking for processes of runs: on a machine with many, it is done less often. */
  processLookShare: 0.02,
  /** Runs, and bytes of their list, that are written down together as about to start: so many may be called lost in vain. */
  leasedRuns: 32,
  leaseBytes: 16 * 1024,
  /** Bytes of what a launcher reads to start a step: well below what a pipe holds, so that it is written at once. */
  launchOrderBytes: 32 * 1024,
  /** Launchers that are kept while they have nothing to do: each is a small process. */
  idleLaunchers: 16,
  /**
   * Milliseconds between two signs of life of who holds a state folder, and without one of who cannot be seen from here (in
   * another container, on another machine) until it counts as dead: such a restart after a crash waits so long.
   */
  lockBeatMs: 5_000,
  lockSilenceMs: 20_000,
  /** Milliseconds after which an end is made durable: ends that come together share the wait for the disk. */
  endSyncMs: 2_000,
  /** Milliseconds without a run that was forgotten, after which folders are removed, and how long they are left at most. */
  forgottenQuietMs: 10_000,
  forgottenMs: 120_000,
  /** Empty folders kept for runs to come: a burst's. Each is 20 KiB on disk. */
  spareRuns: 1_000,
  /** Runs at once where the configuration says nothing. */
  concurrency: 4,
  /** Bytes of a comment. */
  commentBytes: 32 * 1024,
  /** Milliseconds for which facts of a pull request that cannot let it through are kept: a change shows in the listing. */
  forgeRereadMs: 5 * 60 * 1000,
  /** Pull requests that are read anew in that time: with some 6 questions each, less than the 5,000 an hour that GitHub answers. */
  forgeRereadPulls: 50,
  /** Vetoes of review windows that are kept when nothing is looked at that they are of: it may be asked for again. */
  keptVetoes: 1_000,
  /** Milliseconds between two looks at a review window that still count as having been there: a daemon that was down, or a clock that jumped, saw nothing. */
  windowGapMs: 15 * 60 * 1000,
  /** Milliseconds between our own writing on a pull request and its time of change, for the one to explain the other. */
  windowOwnWriteMs: 2_000,
  /** Milliseconds for which a merge on main may be unknown to its forge before it counts as nobody's pull request. */
  forgeGraceMs: 20_000,
  /** Milliseconds from a pull request's last change in which it counts as merged just now, at most: also where each tick is a process of its own. */
  forgeRecentMs: 15 * 60 * 1000,
  /** Milliseconds after which a pull request's time of change is past: forges tell it in whole seconds. */
  forgeSettleMs: 3_000,
  /** Bytes of one record: an intent or outcome of ours is far smaller; a larger file is not one. */
  recordBytes: 1024 * 1024,
  // What is taken in from git.
  /** Bytes of a commit object: a message may be long, but nobody's is a megabyte. */
  commitBytes: 1024 * 1024,
  /** Bytes of a tree object: a folder of half a million entries; more is not read into memory. */
  treeBytes: 32 * 1024 * 1024,
  /** Bytes of parsed trees that are remembered; of commits a quarter. */
  gitCacheBytes: 64 * 1024 * 1024,
  /** Bytes that one command may print: `ls-remote` of a million refs. */
  gitOutputBytes: 128 * 1024 * 1024,
  /** Bytes kept of what a command says on stderr; a server can send any amount of `remote:` lines. */
  gitStderrBytes: 64 * 1024,
  /** Folders in folders that a difference follows: deeper ones are an attack. */
  treeDepth: 64,
  /** Packs after which they are put together: each fetch and each commit leaves one. */
  packs: 50,
  /** Signatures of records remembered in memory: those of a burst, and of what came beside it. */
  rememberedRecords: 10_000,
  /** Checks of signatures at once: each is a process. */
  signatureChecks: 4,
  /** Milliseconds of one: it takes about 7, and what takes this long waits for something that will not come. */
  sshKeygenMs: 10_000,
  /** Bytes that were signed: a commit without its signature has some hundred; a message of megabytes is not for people to read. */
  signedBytes: 1024 * 1024,
  /** Signatures remembered in memory, and bytes of them on disk. */
  rememberedSignatures: 100_000,
  signatureFileBytes: 16 * 1024 * 1024,
  // The forge.
  /** Milliseconds of one attempt to get an answer: a page of pull requests takes a busy Forgejo some seconds. */
  forgeAttemptMs: 20_000,
  /** Milliseconds of one question with all its attempts: a tick asks several, and must end. */
  forgeQuestionMs: 45_000,
  /** Attempts after the first. Only for what may be asked twice without effect; the next tick asks again anyway. */
  forgeRetries: 2,
  /** Milliseconds before the first retry; the second waits four times as long. */
  forgeRetryMs: 1_000,
  /** Bytes of one answer, unpacked: 50 pull requests with the longest texts that GitHub allows are 14 MiB. */
  forgeAnswerBytes: 16 * 1024 * 1024,
  /** Redirects followed, on the same server only: a renamed repository is one. */
  forgeRedirects: 2,
  /** Questions at once: a forge takes more for an attack. */
  forgeQuestionsAtOnce: 6,
  /** Writes at once: two, so that one that hangs does not stop all. */
  forgeWritesAtOnce: 2,
  /** Pull requests on a page of a listing. Forgejo gives at most 50. */
  forgePageItems: 50,
  /** Pull requests asked for to see whether anything changed. Each costs a Forgejo several git commands. */
  forgeProbeItems: 5,
  /** Pages of a listing: 1,000 open pull requests, and 1,000 reviews, comments or events of one. */
  forgePages: 20,
  /** Pages of a repository's activity that are read for who pushed a branch: 2,000 pushes, comments and the like. */
  forgeFeedPages: 40,
  /** Milliseconds that a listing is read back beyond what was seen: the forge's times have a resolution of 1 s. */
  forgeOverlapMs: 2_000,
  /** Milliseconds between full listings, which heal what was missed: a deleted pull request leaves no trace. */
  forgeRelistMs: 10 * 60 * 1000,
  /** Closed pull requests remembered, so that a list that is older than they are does not open them again. */
  forgeClosedRemembered: 1_000,
  /** Milliseconds to wait where a forge limits the rate and does not say until when (GitHub's advice). */
  forgeRateDefaultMs: 60_000,
  /** Milliseconds of waiting that a forge is believed: GitHub's limits are of one hour. */
  forgeRateMostMs: 65 * 60 * 1000,
  /** Characters of a commit status' description on GitHub; the comment holds the whole words. */
  forgeStatusChars: 140,
} as const
