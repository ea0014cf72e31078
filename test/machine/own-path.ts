/** A PATH of a test's own, from which a program can be taken away. */
import { access, constants, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

const PROGRAMS = [
  'git',
  'git-upload-pack',
  'git-receive-pack',
  'ssh-keygen',
  'setsid',
  'sh',
  'node',
  'mkfifo',
  'setpriv',
]

/** Puts in what is missing there. @param without programs that are to be missing */
export async function linkPrograms(folder: string, without: readonly string[] = []): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const from of (process.env['PATH'] ?? '').split(':'))
    for (const name of PROGRAMS) {
      const target = join(from, name)
      if (without.includes(name) || !(await isProgram(target))) continue
      await symlink(target, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    }
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
