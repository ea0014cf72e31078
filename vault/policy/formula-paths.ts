/** Which files of the trust set are formulas. */
const DIRECT = /^formulas\/([^/]+)\.(toml|sh)$/

/**
 * Only files directly in `formulas/`: a `<name>.toml`, or a `<name>.sh` with no `<name>.toml` beside it. All others
 * (scripts that a formula calls, sub-folders, a README) belong to the set without being formulas.
 */
export function formulaPaths(paths: readonly string[]): readonly string[] {
  const there = new Set(paths)
  return paths.filter(
    (path) => DIRECT.test(path) && !(path.endsWith('.sh') && there.has(path.replace(/\.sh$/, '.toml'))),
  )
}

/** The names of all formulas, whether their files can be used or not. */
export function formulaNames(paths: readonly string[]): ReadonlySet<string> {
  return new Set(formulaPaths(paths).map((path) => DIRECT.exec(path)?.[1] ?? path))
}
