/**
 * Answers of a real Forgejo (10.0.0-dev, 5e777a43, November 2024) to a repository with a site admin, alice (its owner),
 * adam (admin), bob and carol (write), rita (read), nina (nothing), erin (a fork). Fields that nobody reads were left out.
 */
import { readFileSync } from 'node:fs'

export function sample(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./samples/${name}.json`, import.meta.url), 'utf8'))
}
