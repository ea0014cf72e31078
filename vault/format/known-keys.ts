import * as z from 'zod'
import type { KeyPath } from '../toml/document.js'

/** The keys that a schema knows in the table at a path; none where it is no table with fixed keys. */
export function knownKeys(schema: z.core.$ZodType, path: KeyPath): readonly string[] {
  const table = path.reduce<z.core.$ZodType | undefined>((outer, segment) => inner(outer, segment), schema)
  const bare = withoutWrapping(table)
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
}

function inner(schema: z.core.$ZodType | undefined, segment: string | number): z.core.$ZodType | undefined {
  const bare = withoutWrapping(schema)
  if (bare instanceof z.ZodArray) return bare.element
  if (bare instanceof z.ZodRecord) return bare.valueType
  if (bare instanceof z.ZodObject) return (bare.shape as Record<string, z.core.$ZodType>)[segment]
  return undefined
}

function withoutWrapping(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return withoutWrapping(schema.unwrap())
  return schema
}
