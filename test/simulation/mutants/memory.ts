/** Remembers what a pure function answered. By the objects that it was given themselves, not by what is in them: nobody changes them. */

/** Made when it is first needed: most branches are leaves, and a weak map costs the garbage collector something. */
class Branch {
  #byObject: WeakMap<object, Branch> | null = null
  #byValue: Map<unknown, Branch> | null = null
  answer: { readonly value: unknown } | null = null

  at(argument: unknown): Branch {
    if (typeof argument === 'object' && argument !== null) {
      this.#byObject ??= new WeakMap()
      return below(this.#byObject, argument)
    }
    this.#byValue ??= new Map()
    return below(this.#byValue, argument)
  }
}

function below<K>(branches: { get(key: K): Branch | undefined; set(key: K, branch: Branch): unknown }, key: K): Branch {
  const known = branches.get(key)
  if (known !== undefined) return known
  const branch = new Branch()
  branches.set(key, branch)
  return branch
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
