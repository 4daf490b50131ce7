// Which row stands before which, and whether that says anything. Order comes from whole numbers, never from rounded
// texts; whether two rows can be told apart comes from the intervals that the coordinator gave.
import type { Figures } from '../api/types'

/** Samples with a verdict: the denominator of the rate. */
export const judgedOf = (row: Figures): number => row.pass + row.fail + row.problem

/** Negative when `a` has the higher rate. Exact up to 90 million samples a row; rows without a verdict come last. */
export function compareRates(a: Figures, b: Figures): number {
  const [na, nb] = [judgedOf(a), judgedOf(b)]
  if (na === 0 || nb === 0) return nb - na
  return b.pass * na - a.pass * nb
}

const low = (row: Figures): number => Number(row.rate_low ?? 0)
const high = (row: Figures): number => Number(row.rate_high ?? 100)

export const overlap = (a: Figures, b: Figures): boolean => low(a) <= high(b) && low(b) <= high(a)

export interface Ranked<T> {
  row: T
  /** From 1; equal rates share one. 0 for a row with too few samples to be ranked. */
  rank: number
  /** Cannot be told apart from the row ranked before it; null for the first and for rows that are not ranked. */
  noise: boolean | null
}

export function ranked<T extends Figures>(rows: readonly T[]): Ranked<T>[] {
  const comparable = rows.filter((row) => !row.small_cell && judgedOf(row) > 0).sort(compareRates)
  const others = rows.filter((row) => row.small_cell || judgedOf(row) === 0).sort(compareRates)
  const list: Ranked<T>[] = []
  comparable.forEach((row, i) => {
    const before = list[i - 1]
    const rank = before && compareRates(before.row, row) === 0 ? before.rank : i + 1
    list.push({ row, rank, noise: before ? overlap(before.row, row) : null })
  })
  return [...list, ...others.map((row) => ({ row, rank: 0, noise: null }))]
}

/** Analytes: those that failed most often first, which is what is asked of them; they are not ranked. */
export function mostFailedFirst<T extends Figures>(rows: readonly T[]): Ranked<T>[] {
  const bad = (row: Figures): number => row.fail + row.problem
  return [...rows].sort((a, b) => bad(b) - bad(a) || compareRates(b, a)).map((row) => ({ row, rank: 0, noise: null }))
}

export interface Doubt {
  /** Neighbouring pairs of ranked rows, and how many of them overlap. */
  pairs: number
  noisy: number
  /** One rate would lie within every interval. */
  all: boolean
}

export function doubtOf(list: readonly Ranked<Figures>[]): Doubt {
  const shown = list.filter((one) => one.rank > 0).map((one) => one.row)
  const noisy = list.filter((one) => one.noise === true).length
  return { pairs: Math.max(0, shown.length - 1), noisy, all: shown.length > 1 && Math.max(...shown.map(low)) <= Math.min(...shown.map(high)) }
}

/** Left end of the axis on which intervals are drawn: a round number below the lowest of them. Small cells reach far
 * down; they set it only where there is nothing else. */
export function axisFrom(rows: readonly Figures[]): number {
  const drawn = rows.filter((row) => row.rate_low !== null)
  const lows = (drawn.some((row) => !row.small_cell) ? drawn.filter((row) => !row.small_cell) : drawn).map(low)
  const least = lows.length > 0 ? Math.min(...lows) : 0
  return Math.max(0, Math.min(90, Math.floor(least / 10) * 10))
}
