/** Laid out by `init` and put back by any claim that misses it. */
export const ACTIONS_README_TEXT = `# Actions

A request adds one file here, \`<id>.toml\`, on a branch \`vault/<id>\`. \`countersign request\` makes it.
The dispatcher claims an action by moving it to \`vault/fired/\`. This file stays, so that the folder does.
`
