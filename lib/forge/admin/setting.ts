import { ForgeError } from '../port.js'
import type { SettingFact } from './port.js'

type Named = Omit<SettingFact, 'saw' | 'holds' | 'why'>

export function seen(setting: Named, saw: unknown, holds: boolean): SettingFact {
  return { ...setting, saw: typeof saw === 'string' ? saw : JSON.stringify(saw), holds }
}

export function unseen(setting: Named, why: string): SettingFact {
  return { ...setting, saw: null, holds: null, why }
}

/** Null for a thing that is not there; `forbidden` for one that this token may not see. */
export async function lookFor<Value>(ask: () => Promise<Value>): Promise<Value | null | 'forbidden'> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error
    if (error.fault.reason === 'forge_missing') return null
    if (error.fault.reason === 'forge_forbidden') return 'forbidden'
    throw error
  }
}
