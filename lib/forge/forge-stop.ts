/** How a client learns that its process is to end. What is given up is as late as an answer that never came: nothing is decided from it. */
export interface ForgeStop {
  /** From then on nothing is begun, and questions are given up: they may be asked again by whoever comes next. */
  readonly begun: AbortSignal
  /** Writes that are under way are given up, too; until then their answers may come, which saves looking for what became of them. */
  readonly over: AbortSignal
}
