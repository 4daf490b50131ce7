// The course of a year month by month, ready to be drawn: months without samples are gaps, not zeros. Drawing only.
import type { SummaryRow } from '../api/types'

export interface Point { at: number; month: string; row: SummaryRow }

export interface Trend {
  /** Every month from the first to the last, "2013-06", whether it has samples or not. */
  months: string[]
  points: Point[]
  /** Neighbouring months that both have a rate. */
  lines: [Point, Point][]
}

const numberOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
const textOf = (number: number): string => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`

export function trendOf(rows: readonly SummaryRow[]): Trend {
  const drawn = rows.filter((row) => row.month !== undefined && row.rate_low !== null).sort((a, b) => numberOf(a.month!) - numberOf(b.month!))
  if (drawn.length === 0) return { months: [], points: [], lines: [] }
  const first = numberOf(drawn[0]!.month!)
  const months = Array.from({ length: numberOf(drawn.at(-1)!.month!) - first + 1 }, (_, i) => textOf(first + i))
  const points = drawn.map((row) => ({ at: numberOf(row.month!) - first, month: row.month!, row }))
  const lines = points.flatMap((point, i): [Point, Point][] => {
    const next = points[i + 1]
    return next && next.at === point.at + 1 ? [[point, next]] : []
  })
  return { months, points, lines }
}

/** Left out evenly so that no two labels touch. */
export function everyNth(many: number, width: number, each: number): number {
  return Math.max(1, Math.ceil((many * each) / Math.max(1, width)))
}
