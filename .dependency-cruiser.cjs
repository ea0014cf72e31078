// Imports run one way: vault <- lib <- dispatcher. `npm run arch` applies these rules.

/** Matches these packages, whether they resolved to a file or not. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})(/|$)`
/** Matches these modules of node itself, with and without `node:`. */
const core = (...names) => `^(node:)?(${names.join('|')})(/|$)`

module.exports = {
  forbidden: [
    {
      name: 'vault-is-pure',
      comment:
        'A decision has no input but its arguments: no node module, no lib, and of npm what only parses and hashes.',
      severity: 'error',
      from: { path: '^vault/' },
      to: {
        pathNot: ['^vault/', npm('zod', 'smol-toml', 'toml-eslint-parser', 'canonicalize', '@noble/hashes')],
        couldNotResolve: false,
      },
    },
    {
      name: 'lib-below-dispatcher',
      comment: 'An adapter does not know who uses it.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^dispatcher/' },
    },
    {
      name: 'product-without-tests',
      comment: 'What is shipped does not import tests, benchmarks or build scripts.',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/', pathNot: '^dispatcher/demo/forge/' },
      to: { path: '^(test|bench|scripts|dist)/' },
    },
    {
      name: 'demo-on-the-test-forge',
      comment:
        "The demo's forge is the test forge: one server, held to the contract suite. It is built and shipped with the demo.",
      severity: 'error',
      from: { path: '^dispatcher/demo/forge/' },
      to: { path: '^(test|bench|scripts|dist)/', pathNot: '^test/support/forge/' },
    },
    {
      name: 'test-forge-is-shipped',
      comment: 'So it needs nothing of other tests but real git in a folder, and no package at all.',
      severity: 'error',
      from: { path: '^test/support/' },
      to: {
        path: ['^(test|bench|scripts|lib|dispatcher)/', '(^|/)node_modules/'],
        pathNot: ['^test/support/(forge/|(git-repo|import-commits|run-git|ssh-key)[.]ts$)', 'node_modules/@types/'],
      },
    },
    {
      name: 'processes-have-three-rooms',
      comment: 'git, formulas and ssh-keygen are the only programs that are started, each from its room.',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/', pathNot: '^lib/(git|runner|signing)/' },
      to: { path: core('child_process', 'cluster') },
    },
    {
      name: 'git-has-one-room',
      comment: 'Only lib/git decides how git is run: environment, refspecs, configuration.',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/', pathNot: '^lib/git/' },
      to: { path: npm('simple-git') },
    },
    {
      name: 'forge-has-one-room',
      comment: 'Only lib/forge speaks to a forge, so that law 9 can be read there.',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/', pathNot: '^lib/forge/' },
      to: { path: npm('@octokit') },
    },
    {
      name: 'http-has-two-rooms',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/', pathNot: '^lib/(http|forge)/' },
      to: { path: core('http', 'https', 'http2') },
    },
    {
      name: 'schedule-in-dispatcher',
      comment: 'Only the daemon knows when; everything else is told.',
      severity: 'error',
      from: { path: '^(vault|lib)/' },
      to: { path: npm('node-cron') },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-declared-packages',
      comment: 'What is shipped imports only what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^(vault|lib|dispatcher)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // An import of a type is an import too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
