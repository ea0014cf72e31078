// What is remembered of what git printed must not keep the rest of it in memory.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { parseCommit } from '../../../lib/git/parse-commit.js'
import { oid } from '../../../vault/oid.js'

const COMMITS = 200
const MIB = 1024 ** 2

it('a commit costs what its ids cost, though its header is half a megabyte', () => {
  const facts = []
  const before = heapBytes()
  for (let index = 0; index < COMMITS; index++) facts.push(parseCommit(idOf(index), bytesOf(index)))
  expect(heapBytes() - before).toBeLessThan(20 * MIB)
  expect(facts.every((fact) => fact?.parents.length === 1)).toBe(true)
})

function idOf(index: number) {
  return oid(index.toString(16).padStart(40, '0'))
}

function bytesOf(index: number): Uint8Array {
  const signature = `gpgsig ${'x'.repeat(MIB / 2)}${index}`
  return Buffer.from(
    `tree ${'a'.repeat(40)}\nparent ${'b'.repeat(40)}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n${signature}\n\nwork\n`,
  )
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
