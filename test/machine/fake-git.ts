/** A git that fails as it is told, one of its commands at a time. */
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Failing = 'kill' | 'hang'

export class FakeGit {
  private constructor(private readonly folder: string) {}

  static async make(parent: string): Promise<FakeGit> {
    const folder = join(parent, 'bin')
    await mkdir(folder, { recursive: true })
    const real = execFileSync('/bin/sh', ['-c', 'command -v git']).toString().trim()
    const script = `#!/bin/sh
if [ -e '${folder}/kill' ] && [ "$1" = "$(cat '${folder}/kill')" ]; then kill -9 $$; fi
if [ -e '${folder}/hang' ] && [ "$1" = "$(cat '${folder}/hang')" ]; then exec sleep 600; fi
exec '${real}' "$@"
`
    await writeFile(join(folder, 'git'), script)
    await chmod(join(folder, 'git'), 0o755)
    return new FakeGit(folder)
  }

  get path(): string {
    return `${this.folder}:${process.env['PATH'] ?? ''}`
  }

  fail(command: string, how: Failing): Promise<void> {
    return writeFile(join(this.folder, how), command)
  }

  async mend(): Promise<void> {
    for (const how of ['kill', 'hang']) await rm(join(this.folder, how), { force: true })
  }
}
