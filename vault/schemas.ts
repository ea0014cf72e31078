/** JSON Schemas for editors, from the same source as the parsers; rules between keys are the parsers' alone. */
import * as z from 'zod'
import { actionSchema } from './action/schema.js'
import { formulaSchema } from './formula/schema.js'
import { policySchema } from './policy/schema.js'

const SOURCES: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['action.schema.json', actionSchema],
  ['formula.schema.json', formulaSchema],
  ['policy.schema.json', policySchema],
])

type JsonSchema = Readonly<Record<string, unknown>>

/** Draft 7, which editors' TOML plugins know. */
const schemaOf = (source: z.ZodType): JsonSchema =>
  z.toJSONSchema(source, { target: 'draft-7', io: 'input', unrepresentable: 'any' })

/** File name -> text of the file. */
export function renderSchemas(): ReadonlyMap<string, string> {
  return new Map([...SOURCES].map(([name, source]) => [name, `${JSON.stringify(schemaOf(source), null, 2)}\n`]))
}
