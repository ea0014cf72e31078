/** Remembers what a pure function answered. By the objects that it was given themselves, not by what is in them: nobody changes them. */

class Branch {
  readonly #byObject = new WeakMap<object, Branch>()
  readonly #byValue = new Map<unknown, Branch>()
  answer: { readonly value: unknown } | null = null

  at(argument: unknown): Branch {
    const isObject = typeof argument === 'object' && argument !== null
    const known = isObject ? this.#byObject.get(argument) : this.#byValue.get(argument)
    if (known !== undefined) return known
    const branch = new Branch()
    if (isObject) this.#byObject.set(argument, branch)
    else this.#byValue.set(argument, branch)
    return branch
  }
}

export function remember<A extends readonly unknown[], R>(work: (...given: A) => R): (...given: A) => R {
  const root = new Branch()
  return (...given) => {
    // An object first: what hangs below it goes with it.
    const at = given.findIndex((argument) => typeof argument === 'object' && argument !== null)
    if (at < 0) return work(...given)
    let branch = root.at(given[at])
    for (const [index, argument] of given.entries()) if (index !== at) branch = branch.at(argument)
    branch.answer ??= { value: work(...given) }
    return branch.answer.value as R
  }
}
