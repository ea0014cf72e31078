/** Neither `scheme://…` nor `host:path`. */
export function isPath(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^[^/]+:/.test(url)
}
