import { spawn } from 'node:child_process'

export interface GitRun {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Give back what was printed instead of failing. */
  readonly mayFail?: boolean
}

/** The environment of tests: nobody's configuration, nobody's identity, one language. */
export function testEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.org',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.org',
  }
}

/** Runs a program in `folder`; its output as bytes. Rejects with what it said where it fails. */
export function run(program: string, args: readonly string[], folder: string, options: GitRun = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd: folder, env: { ...testEnvironment(), ...options.env } })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0 || options.mayFail === true) resolve(Buffer.concat(stdout))
      else reject(new Error(`${program} ${args.join(' ').slice(0, 300)}: ${Buffer.concat(stderr).toString().trim()}`))
    })
    child.stdin.end(options.input ?? '')
  })
}

/** Runs git; its output as text, without the line break at the end. */
export async function runGit(folder: string, args: readonly string[], options: GitRun = {}): Promise<string> {
  return (await run('git', args, folder, options)).toString().replace(/\n$/, '')
}
