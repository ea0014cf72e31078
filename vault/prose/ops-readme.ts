/** The README that `init` lays into an ops repo: for the people who find it before they have heard of Countersign. */
export const OPS_README = `# Ops repo

Agents ask for privileged actions here, and people let them through. A dispatcher (Countersign) watches this repo:
nothing runs that the policy does not allow, and what needs a second person waits for one.

| who | does |
| --- | --- |
| agent | asks: \`countersign request <formula> --context "why" --repo <this repo>\` |
| admin, writer | looks at what waits: \`countersign status --repo <this repo>\`, then \`countersign approve <id> --repo <this repo>\`; at a forge approves or merges its pull request |
| operator | edits the policy: \`policy.toml\`, \`formulas/\`, \`allowed_signers\`, as commits signed with an admin's key, at a forge by a pull request that an admin merges; \`countersign validate\` first |
| auditor | reads what happened: \`countersign log\`, \`countersign verify\`, or the folders below |

| path | is |
| --- | --- |
| \`policy.toml\` | which formula has which tier, who may approve, and the switch \`[write] enabled\` |
| \`formulas/\` | what can run |
| \`allowed_signers\` | whose key is whose; at a forge there is none |
| \`vault/actions/\` | what waits on main to be claimed |
| \`vault/fired/\`, \`vault/refused/\`, \`vault/ledger/\` | signed records; only dispatchers write there |

Low runs at once, on the policy alone. Medium waits for a review, high for an admin: by a signed merge of exactly what was
asked. A formula without a tier is high.
`
