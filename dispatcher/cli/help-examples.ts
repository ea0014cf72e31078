/** One or two lines a command; `…` is what only the reader knows. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  demo: ['countersign demo', 'countersign demo --forge'],
  init: [
    'countersign init ./ops.git --admin alice=~/.ssh/id_ed25519.pub --enable',
    'countersign init git@git.example:ops.git --dir /etc/countersign',
    'countersign init https://forge.example/acme/ops.git --forge forgejo --admin alice --dir /etc/countersign',
  ],
  request: [
    'countersign request groom-backlog --context "weekly tidy-up" --repo ./ops.git',
    'countersign request upgrade-dependency --context "zod has a fix" --var repo_url=… --var dependency=zod --var version=4.6.7 --wait',
  ],
  validate: ['countersign validate policy.toml formulas vault/actions', 'countersign validate --repo ./ops.git'],
  classify: ['countersign classify release', 'countersign classify vault/actions/my-action.toml'],
  approve: ['countersign approve release-20261122', 'countersign approve release-20261122 --dry-run'],
  tick: ['countersign tick --json', 'countersign tick --dry-run'],
  serve: ['countersign serve --config /etc/countersign/countersign.toml'],
  status: ['countersign status', 'countersign status release-20261122'],
  log: ['countersign log --since 2026-11-01 --tier high', 'countersign log release-20261122 --json'],
  verify: ['countersign verify --repo ./ops.git --key ed25519:…'],
  doctor: ['countersign doctor', 'countersign doctor --apply --json'],
  freeze: ['countersign freeze --reason "incident 42"'],
  unfreeze: ['countersign unfreeze', 'countersign unfreeze --root "$(git rev-parse origin/main)"'],
}
