/** The formulas that are asked for while processes are killed: each says in the effects file that it began, and that it ended. */

/** What a line of the effects file says: `begin ID NONCE PID`. */
const SAY = (word: string) => `printf '${word} %s %s %s\\n' "$COUNTERSIGN_ID" "$COUNTERSIGN_RUN" "$$" >> 'EFFECTS'`

/** Name of the secret that one of them is given, and prints. */
export const SECRET = 'KILL_TOKEN'

const NAP = `description = "Takes its time."
version = 1
IDEMPOTENT
[vars.seconds]
description = "How long"
required = true
pattern = '[0-9]\\.[0-9]'

[[steps]]
id = "begin"
title = "Say that it begins"
run = '''
${SAY('begin')}
sleep "$VAR_SECONDS"
'''

[[steps]]
id = "end"
title = "Say that it ends"
run = '''
${SAY('end')}
'''
`

const NOTE = `description = "Is short."
version = 1

[[steps]]
id = "note"
title = "Say that it begins, and that it ends"
run = '''
${SAY('begin')}
${SAY('end')}
'''
`

const FAIL = `description = "Fails, and rolls back."
version = 1

[[steps]]
id = "fail"
title = "Fail"
run = '''
${SAY('begin')}
exit 7
'''

[[on_failure]]
id = "undo"
title = "Roll back"
run = '''
${SAY('undo')}
'''
`

const TELL = `description = "Has a secret and an output."
version = 1
secrets = ["${SECRET}"]

[[steps]]
id = "tell"
title = "Tell"
run = '''
${SAY('begin')}
echo "the token is $SECRET_${SECRET}"
echo "said=hello" >> "$COUNTERSIGN_OUTPUT"
${SAY('end')}
'''
`

const nap = NAP.replace('IDEMPOTENT\n', '')

const FORMULAS = {
  note: { tier: 'low', text: NOTE },
  fail: { tier: 'low', text: FAIL },
  tell: { tier: 'low', text: TELL },
  nap: { tier: 'low', text: nap },
  again: { tier: 'low', text: NAP.replace('IDEMPOTENT', 'idempotent = true') },
  reviewed: { tier: 'medium', text: nap },
  gated: { tier: 'high', text: nap },
} as const

/** `missing` is a formula that nobody has. */
export type Kind = keyof typeof FORMULAS | 'missing'

export function formulaOf(kind: Kind): string {
  return `kill-${kind}`
}

export function takesTime(kind: Kind): boolean {
  return kind !== 'missing' && FORMULAS[kind].text.includes('[vars.seconds]')
}

/** Files of an ops repo: the formulas, and the policy with their tiers. */
export function formulaFiles(policy: string, effects: string): Readonly<Record<string, string>> {
  const entries = Object.entries(FORMULAS) as [keyof typeof FORMULAS, { tier: string; text: string }][]
  const files = entries.map(([kind, { text }]) => {
    const name = formulaOf(kind)
    return [`formulas/${name}.toml`, `name = "${name}"\n${text.replaceAll('EFFECTS', effects)}`]
  })
  const tiers = entries.map(([kind, { tier }]) => `${formulaOf(kind)} = "${tier}"`)
  return { ...Object.fromEntries(files), 'policy.toml': policy.replace('[tiers]', `[tiers]\n${tiers.join('\n')}`) }
}
