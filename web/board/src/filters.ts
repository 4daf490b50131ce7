// Which part of the year is looked at. It lives in the address, so that a view can be sent to somebody and kept.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Axis, Choice, SummaryRow, Verdicts } from './api/types'

export const axes: readonly Axis[] = ['programme', 'city', 'category', 'stage', 'month', 'lab']

export const choices: readonly Choice[] = [...axes, 'analyte']

export interface Filters {
  where: Partial<Record<Axis, string>>
  verdicts: Verdicts
  by: Choice
  /** Rows with fewer verdicts are small cells. */
  from: number
}

export const fromUsual = 30

const one = (value: LocationQuery[string] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

export function filtersIn(query: LocationQuery): Filters {
  const where: Filters['where'] = {}
  for (const axis of axes) if (one(query[axis])) where[axis] = one(query[axis])
  const by = one(query['by']) as Choice
  const from = Number(one(query['from']) || fromUsual)
  return {
    where,
    verdicts: one(query['verdicts']) === 'first' ? 'first' : 'final',
    by: choices.includes(by) ? by : 'city',
    from: Number.isInteger(from) && from >= 0 ? from : fromUsual,
  }
}

/** The address of these filters; what is usual is left out. */
export function addressOf(filters: Filters): LocationQueryRaw {
  const query: LocationQueryRaw = { ...filters.where }
  if (filters.by !== 'city') query['by'] = filters.by
  if (filters.verdicts !== 'final') query['verdicts'] = filters.verdicts
  if (filters.from !== fromUsual) query['from'] = String(filters.from)
  return query
}

export const codeOf = (row: SummaryRow, axis: Choice): string => String(row[axis] ?? '')
export function nameOf(row: SummaryRow, axis: Choice): string {
  const name = axis === 'month' || axis === 'analyte' ? undefined : row[`${axis}_name`]
  return name ?? codeOf(row, axis)
}
