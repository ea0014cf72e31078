/** Writes what is made from the source: `docs/reasons.md` and the JSON Schemas. A test fails when they are stale. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { renderReasonsPage } from '../vault/prose/reasons-page.js'
import { renderSchemas } from '../vault/schemas.js'

mkdirSync('schemas', { recursive: true })
mkdirSync('docs', { recursive: true })
writeFileSync('docs/reasons.md', renderReasonsPage())
for (const [name, text] of renderSchemas()) writeFileSync(`schemas/${name}`, text)
