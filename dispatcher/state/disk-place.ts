import { join } from 'node:path'
import { diskFiles } from '../../lib/state/disk-files.js'
import { lockInstance } from '../../lib/state/instance-lock.js'
import { removeUnfinished } from '../../lib/state/unfinished-files.js'
import { FormulaFolder } from '../apply/formula-folder.js'
import { OpsView } from '../apply/ops-view.js'
import type { StatePlace } from './place.js'

/** Folders below the state folder in which files are replaced, or made whole before they get their names. */
const WRITTEN_IN = ['switches', 'repeated', 'formulas', 'ops.git/refs/heads']

export const diskPlace: StatePlace = {
  files: diskFiles,
  lock: async (stateDir, onWait) => {
    const instance = await lockInstance(stateDir, onWait)
    await removeUnfinished(['.', ...WRITTEN_IN].map((folder) => join(stateDir, folder)))
    return instance
  },
  formulas: (repository, folder) => new FormulaFolder(repository, folder),
  ops: (path, clone) => new OpsView(path, clone),
}
