import { describe, expect, it } from 'vitest'
import { renderSchemas } from '../../vault/schemas.js'

type Node = Readonly<Record<string, unknown>>

const schemas = [...renderSchemas()].map(([name, text]) => [name, JSON.parse(text) as Node] as const)

/** All tables with fixed keys in a schema. */
function tablesIn(node: unknown): readonly Node[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(tablesIn)
  return 'properties' in node ? [node as Node, ...inner] : inner
}

it('there is one for each kind of file', () => {
  expect(schemas.map(([name]) => name)).toEqual(['action.schema.json', 'formula.schema.json', 'policy.schema.json'])
})

describe.each(schemas)('%s', (_name, schema) => {
  it('is a titled draft 7', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' })
    expect(schema['title']).toMatch(/^Countersign /)
  })

  it('refuses unknown keys in each table, and says what each key is for', () => {
    for (const table of tablesIn(schema)) {
      expect(table['additionalProperties']).toBe(false)
      for (const [key, value] of Object.entries(table['properties'] as Record<string, Node>)) {
        expect([key, typeof value['description']]).toEqual([key, 'string'])
      }
    }
  })
})

it('required keys are those that the parsers miss', () => {
  expect(schemas.map(([, schema]) => schema['required'])).toEqual([
    ['id', 'formula', 'context', 'secrets'],
    ['name', 'steps'],
    ['version', 'write'],
  ])
})

it('a date and time is one for editors too', () => {
  expect(schemas[0]?.[1]).toMatchObject({ properties: { expires_at: { type: 'string', format: 'date-time' } } })
})
