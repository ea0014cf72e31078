/** What is started as one process: a shell step, or a row of prompt steps that go to the agent as one prompt. */
import type { Step } from '../../vault/formula/formula.js'

export interface Stage {
  readonly id: string
  readonly argv: readonly [string, ...string[]]
  /** What it reads on stdin; null: nothing. */
  readonly prompt: string | null
  /** Ids of its steps, and of the steps that these need. */
  readonly steps: readonly string[]
  readonly needs: readonly string[]
}

/** Null where a prompt has no agent to go to. */
export function stagesOf(steps: readonly Step[], agent: readonly string[] | null): readonly Stage[] | null {
  const stages: Stage[] = []
  for (const group of groupsOf(steps)) {
    const argv = argvOf(group, agent)
    if (argv === null) return null
    const ids = group.map(({ id }) => id)
    const prompt = group[0].kind === 'prompt' ? promptOf(group) : null
    stages.push({ id: ids.join('+'), argv, prompt, steps: ids, needs: group.flatMap(({ needs }) => needs) })
  }
  return stages
}

type Group = [Step, ...Step[]]

function groupsOf(steps: readonly Step[]): readonly Group[] {
  const groups: Group[] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (step.kind === 'prompt' && last?.[0].kind === 'prompt') last.push(step)
    else groups.push([step])
  }
  return groups
}

function argvOf([step]: Group, agent: readonly string[] | null): Stage['argv'] | null {
  // The text is the formula's own. Variables and secrets come by the environment only: nothing is spliced into it.
  if (step.kind === 'run') return ['/bin/sh', '-eu', '-c', step.text]
  const [command, ...rest] = agent ?? []
  return command === undefined ? null : [command, ...rest]
}

function promptOf(group: Group): string {
  return group.map(({ title, text }) => `# ${title}\n\n${text.trim()}\n`).join('\n')
}
