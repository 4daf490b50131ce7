import type { Limit } from '../api/types'
import type { Words } from '../words'

/** A limit as it is printed in a report: "≤ 0.05 mg/kg". */
export function limitText(limit: Limit | undefined, words: Words): string {
  const v = words.verdict
  if (!limit) return v.noLimit
  switch (limit.kind) {
    case '<=':
      return v.at_most(limit.upper, limit.unit).trim()
    case '>=':
      return v.at_least(limit.lower, limit.unit).trim()
    case 'range':
      return v.range(limit.lower, limit.upper, limit.unit).trim()
    case 'ND':
      return v.not_detected
    case 'banned':
      return v.banned
    default:
      return v.noLimit
  }
}
