// Public figures as a table of cities and categories, sums last, as the file has them.
import type { PublicRow } from './api'

export interface Column { code: string; name: string }
export interface Line { code: string; name: string; cells: Map<string, PublicRow> }
export interface Matrix { columns: Column[]; lines: Line[]; withheld: number; all: number }

/** Sums have no code; here "". */
export function matrixOf(rows: readonly PublicRow[]): Matrix {
  const columns = new Map<string, Column>()
  const lines = new Map<string, Line>()
  for (const row of rows) {
    const column = row.category ?? ''
    const line = row.city ?? ''
    if (!columns.has(column)) columns.set(column, { code: column, name: row.category_name })
    if (!lines.has(line)) lines.set(line, { code: line, name: row.city_name, cells: new Map() })
    lines.get(line)!.cells.set(column, row)
  }
  const sumLast = (a: { code: string }, b: { code: string }): number => Number(a.code === '') - Number(b.code === '')
  return { columns: [...columns.values()].sort(sumLast), lines: [...lines.values()].sort(sumLast), withheld: rows.filter((row) => !row.published).length, all: rows.length }
}

/** "2013-06-03T17:00" as it is read in Beijing, as the interface takes it; empty for now. */
export const momentAsked = (local: string): string => (local === '' ? '' : `${local.length === 16 ? `${local}:00` : local}+08:00`)
