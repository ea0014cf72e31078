import { diskFiles } from '../../lib/state/disk-files.js'
import { lockInstance } from '../../lib/state/instance-lock.js'
import { FormulaFolder } from '../apply/formula-folder.js'
import { OpsView } from '../apply/ops-view.js'
import type { StatePlace } from './place.js'

export const diskPlace: StatePlace = {
  files: diskFiles,
  lock: lockInstance,
  formulas: (repository, folder) => new FormulaFolder(repository, folder),
  ops: (path, clone) => new OpsView(path, clone),
}
