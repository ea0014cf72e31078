/** Law 7: a record is signed by the dispatcher that brings it, and speaks of the file beside it. */
import type { Judge, Written } from './judge.js'
import { type ReadRecord, sha256Of, textOf } from './record.js'

const TYPE = 'application/vnd.in-toto+json'

export function judgeSeal(judge: Judge, { commit, by }: Written, path: string, record: ReadRecord) {
  const key = judge.scene.hosts.find(({ name }) => name === by.host)!.key
  const blame = (why: string) => judge.blame('record_true', `${path} by ${by.host} ${why}`)
  if (record.keyId !== key.keyId || textOf(record.predicate, 'dispatcher', 'key') !== key.keyId)
    return blame('names another key')
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${record.payload.length} `), record.payload])
  if (!record.signature.equals(key.sign(signed))) return blame('is not signed')
  const [, folder] = /^(vault\/fired\/[^/]+\/[^/]+)\//.exec(path) ?? []
  if (folder === undefined) return
  const { store } = judge.scene.server
  const action = store.entry(commit, `${folder}/action.toml`)
  // Of a record before its claim other laws speak.
  if (action === null) return
  const sha256 = sha256Of(store.blob(action.oid)!)
  const isItsOwn = record.subject.name === `vault/actions/${textOf(record.predicate, 'id')}.toml`
  // Whoever changes the file beside it does not change what was signed.
  const isTouched = judge.foreign.has(`${folder}/action.toml`)
  if (!isItsOwn || (record.subject.digest?.['sha256'] !== sha256 && !isTouched)) blame('is signed for another file')
}
