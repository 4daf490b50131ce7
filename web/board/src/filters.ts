// Which part of the year is looked at. It lives in the address, so that a view can be sent to somebody and kept.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Query } from '@qlims/kit/api.ts'
import type { Axis, SummaryRow, Verdicts } from './api/types'

export const axes: readonly Axis[] = ['programme', 'city', 'county', 'category', 'stage', 'round', 'month', 'lab', 'analyte']

export interface Filters {
  where: Partial<Record<Axis, string>>
  verdicts: Verdicts
  by: Axis
  /** Rows with fewer verdicts are small cells. */
  from: number
  /** "2013-06-03T09:00:00Z": the figures of that moment; empty for those of now. */
  asOf: string
}

export const fromUsual = 30

const one = (value: LocationQuery[string] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

export function filtersIn(query: LocationQuery): Filters {
  const where: Filters['where'] = {}
  for (const axis of axes) if (one(query[axis])) where[axis] = one(query[axis])
  const by = one(query['by']) as Axis
  const from = Number(one(query['from']) || fromUsual)
  return {
    where,
    verdicts: one(query['verdicts']) === 'first' ? 'first' : 'final',
    by: axes.includes(by) ? by : 'city',
    from: Number.isInteger(from) && from >= 0 ? from : fromUsual,
    asOf: one(query['as_of']),
  }
}

/** The address of these filters; what is usual is left out. */
export function addressOf(filters: Filters): LocationQueryRaw {
  const query: LocationQueryRaw = { ...filters.where }
  if (filters.by !== 'city') query['by'] = filters.by
  if (filters.verdicts !== 'final') query['verdicts'] = filters.verdicts
  if (filters.from !== fromUsual) query['from'] = String(filters.from)
  if (filters.asOf) query['as_of'] = filters.asOf
  return query
}

/** As the interface is asked, for rates, lists and files alike. */
export function questionOf(filters: Filters): Query {
  return { ...filters.where, verdicts: filters.verdicts, as_of: filters.asOf }
}

/** With one more thing chosen, or with '' one less. A county is of its city. */
export function choosing(where: Filters['where'], axis: Axis, code: string): Filters['where'] {
  const next = { ...where }
  if (code) next[axis] = code
  else delete next[axis]
  if (axis === 'city' && next.city !== where.city) delete next.county
  return next
}

/** What an input for a moment has, by the time of Beijing: "2013-06-03T17:00"; empty for none. */
export function inputOf(asOf: string): string {
  const at = Date.parse(asOf)
  return Number.isNaN(at) ? '' : new Date(at + 8 * 3_600_000).toISOString().slice(0, 16)
}
export function asOfOfInput(value: string): string {
  const at = Date.parse(`${value}Z`)
  return Number.isNaN(at) ? '' : new Date(at - 8 * 3_600_000).toISOString().replace('.000', '')
}

export const codeOf = (row: SummaryRow, axis: Axis): string => String(row[axis] ?? '')
export function nameOf(row: SummaryRow, axis: Axis): string {
  const name = axis === 'month' || axis === 'analyte' || axis === 'round' ? undefined : row[`${axis}_name`]
  return name ?? codeOf(row, axis)
}
