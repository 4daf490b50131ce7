// How changes of quotas are told.
import { count } from '../numbers'

export type ChangeKind = 'added' | 'raised' | 'lowered' | 'removed'

export function kindOf(one: { before: number; after: number }): ChangeKind {
  if (one.before === 0) return 'added'
  if (one.after === 0) return 'removed'
  return one.after > one.before ? 'raised' : 'lowered'
}

/** "+3", "−2", and nothing where nothing changes. */
export const signed = (n: number): string => (n === 0 ? '' : n > 0 ? `+${count(n)}` : `−${count(-n)}`)
