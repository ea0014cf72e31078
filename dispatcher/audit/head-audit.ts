/** Every file below the record folders of one main: is it a record, signed, in its place? Folder by folder, in bounded memory. */
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import { checkEvent } from '../../vault/audit/check-decision.js'
import type { Place } from '../../vault/audit/check-fired.js'
import { type AuditFinding, auditFinding } from '../../vault/audit/finding.js'
import { checkFile } from '../../vault/audit/record-file.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER, intentPath, LEDGER_FOLDER, REFUSED_FOLDER } from '../../vault/record/paths.js'
import type { Decision } from '../../vault/record/statement.js'
import { isDay } from '../../vault/record/time.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { ClaimedIds } from './claimed-ids.js'
import type { Findings } from './findings.js'
import { type ReadFolder, readFiredFolder, readRecordFile, stray } from './fired-folder-reader.js'
import { readAhead } from './read-ahead.js'
import { readTree, TREE_MODE } from './read-object.js'
import { readRefusal } from './refusal-reader.js'

export interface HeadAuditParts {
  readonly objects: Objects
  readonly verifier: RecordVerifier
  readonly ids: ClaimedIds
  readonly findings: Findings
}

export class HeadAudit {
  readonly counts = { records: 0, fired: 0, refused: 0, events: 0 }
  /** Trust roots that intents of pinned keys name, with how often. */
  readonly roots = new Map<Oid, number>()
  /** Trust roots that an operator accepted later, by signed events. */
  readonly acceptedRoots = new Set<Oid>()

  constructor(private readonly parts: HeadAuditParts) {}

  async read(main: Oid): Promise<void> {
    for await (const { day, path, entries } of this.#days(main, FIRED_FOLDER)) await this.#fired(day, path, entries)
    for await (const { path, entries } of this.#days(main, REFUSED_FOLDER)) await this.#refused(path, entries)
    for await (const { path, entries } of this.#days(main, LEDGER_FOLDER)) await this.#ledger(path, entries)
  }

  async *#days(
    main: Oid,
    folder: string,
  ): AsyncGenerator<{ day: string; path: string; entries: readonly TreeEntry[] }> {
    const root = await this.parts.objects.entry(main, folder)
    if (root !== null && root.mode !== TREE_MODE) this.parts.findings.add(stray(folder))
    if (root?.mode !== TREE_MODE) return
    for (const { name, mode, oid } of await readTree(this.parts.objects, root.oid)) {
      const path = `${folder}/${name}`
      if (mode !== TREE_MODE || !isDay(name)) this.parts.findings.add(stray(path))
      else yield { day: name, path, entries: await readTree(this.parts.objects, oid) }
    }
  }

  async #fired(day: string, path: string, entries: readonly TreeEntry[]): Promise<void> {
    const folders = entries.flatMap(({ name, mode, oid }) => {
      const id = mode === TREE_MODE ? parseActionId(name) : null
      if (id !== null) return [{ place: { day, id }, oid }]
      this.parts.findings.add(stray(`${path}/${name}`))
      return []
    })
    const read = ({ place, oid }: { place: Place; oid: Oid }) =>
      readFiredFolder(this.parts.objects, place, oid, this.parts.verifier)
    for await (const folder of readAhead(folders, read)) this.#take(folder)
  }

  #take({ folder, findings, intentBlob, records }: ReadFolder): void {
    this.counts.fired += 1
    this.counts.records += records
    this.parts.findings.add(...findings)
    const { intent, place } = folder
    if (intent === null || !intent.isKnownKey || intentBlob === null) return
    const { root } = intent.predicate.trust_set
    this.roots.set(root, (this.roots.get(root) ?? 0) + 1)
    if (this.parts.ids.claim(place, intentBlob)) return
    const path = intentPath(place.day, place.id)
    this.parts.findings.add(auditFinding('claimed_twice', 'another intent claims the same id', { id: place.id, path }))
  }

  async #refused(path: string, entries: readonly TreeEntry[]): Promise<void> {
    const read = (entry: TreeEntry) =>
      readRefusal(this.parts.objects, `${path}/${entry.name}`, entry, this.parts.verifier)
    for await (const { findings, records } of readAhead(entries, read)) {
      this.counts.refused += records
      this.counts.records += records
      this.parts.findings.add(...findings)
    }
  }

  async #ledger(path: string, entries: readonly TreeEntry[]): Promise<void> {
    for await (const { decision, findings } of readAhead(entries, (entry) => this.#event(path, entry))) {
      this.parts.findings.add(...findings)
      if (decision === null) continue
      this.counts.events += 1
      this.counts.records += 1
      if (decision.event === 'unfreeze' && decision.root !== null) this.acceptedRoots.add(decision.root)
    }
  }

  /** The decision only where a pinned key signed it. */
  async #event(
    folder: string,
    entry: TreeEntry,
  ): Promise<{ decision: Decision | null; findings: readonly AuditFinding[] }> {
    const path = `${folder}/${entry.name}`
    if (parseRecordPath(path)?.kind !== 'event') return { decision: null, findings: [stray(path)] }
    const file = await readRecordFile(this.parts.objects, folder, entry)
    const { held, findings } = checkFile(file, null, (bytes) => checkEvent(path, bytes, this.parts.verifier))
    return { decision: held?.isKnownKey === true ? held.predicate : null, findings }
  }
}
