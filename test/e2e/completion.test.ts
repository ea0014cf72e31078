/** What the shell offers when somebody presses Tab. */
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from './cli.js'
import { makeFolder } from './ops.js'
import { User } from './user.js'

let folder: string
let user: User
beforeAll(async () => {
  folder = await makeFolder()
  user = await User.make(folder, 'newcomer')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** As bash does it, without its package of completions: the words so far, then the function that the script registered. */
const PRESS_TAB = `
program=("$@")
countersign() { "\${program[@]}" "$@"; }
source <(countersign completion bash)
COMP_WORDS=(countersign $TYPED)
[[ $TYPED == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
$(complete -p countersign | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2> /dev/null
printf '%s\\n' "\${COMPREPLY[@]}"
`

it.each([
  ['st', ['status']],
  ['fr', ['freeze']],
  ['log --ti', ['--tier']],
  ['log --tier m', ['medium']],
  ['init --forge ', ['forgejo', 'github']],
  ['help fr', ['freeze']],
])('bash completes "countersign %s"', async (typed, offers) => {
  const env = { ...user.env, TYPED: typed }
  const told = await runCli([], { cwd: user.home, env, under: ['bash', '-c', PRESS_TAB, 'bash'] })
  expect(told.stdout.split('\n').filter((line) => line !== '')).toEqual(offers)
  expect(told.stderr).toBe('')
})
