import type { Limit } from '../api/types'
import type { Words } from '../words'

/** A limit as it is printed in a report: "≤ 0.05 mg/kg". Which one is in force depends on the day of sampling: before
 * that is known (`sampledOn` is empty), no limit in the answer does not mean that there is none. */
export function limitText(limit: Limit | undefined, words: Words, sampledOn?: string): string {
  const v = words.verdict
  if (!limit) return sampledOn === '' ? v.afterSampling : v.noLimit
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
