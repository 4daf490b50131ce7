// What a refused plan says of its rows, and the file that comes back with it.
import type { Problem } from '@qlims/kit/api.ts'
import type { PlanError } from '../api/types'

export interface Rejection {
  errors: PlanError[]
  count: number
  /** The user's own table with a column of faults; its octets. */
  file: Uint8Array | null
}

export function rejectionOf(problem: Problem): Rejection | null {
  if (problem.code !== 'plan_rejected' || !Array.isArray(problem.more['errors'])) return null
  const text = problem.more['error_file']
  return {
    errors: problem.more['errors'] as PlanError[],
    count: Number(problem.more['error_count'] ?? 0),
    file: typeof text === 'string' && text !== '' ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) : null,
  }
}

/** As the octets say, not as the file was called: a workbook is a ZIP archive. */
export const isWorkbook = (octets: Uint8Array): boolean => octets[0] === 0x50 && octets[1] === 0x4b
