/** What the agent of a story asks for: as options of `countersign request`, and as somebody would type it. */
export interface Wish {
  readonly id: string
  readonly formula: string
  readonly context: string
  readonly var?: readonly string[]
  readonly blastRadius?: 'low'
}

export function optionsOf({ id, context, var: variables = [], blastRadius }: Wish) {
  const radius = blastRadius === undefined ? {} : { blastRadius }
  return { id, context, var: variables, secret: [], tool: [], ...radius }
}

/** @param folder is left out of paths, which would only be long */
export function shownAs({ formula, id, context, var: variables = [], blastRadius }: Wish, folder: string): string {
  const given = variables.map((variable) => ` --var ${variable.replace(folder, '…')}`).join('')
  const radius = blastRadius === undefined ? '' : ` --blast-radius ${blastRadius}`
  return `request ${formula} --id ${id} --context "${context}"${given}${radius}`
}
