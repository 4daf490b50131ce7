// A plan as a planner reads it: cities down, categories across, with the sums of both.
import type { GridCell } from '../api/office-types'

export type Measure = 'quota' | 'released' | 'drawn' | 'judged' | 'left'
export const measures: readonly Measure[] = ['quota', 'released', 'drawn', 'judged', 'left']

export interface Counts { quota: number; released: number; drawn: number; judged: number; declined: number; cancelled: number }
const none = (): Counts => ({ quota: 0, released: 0, drawn: 0, judged: 0, declined: 0, cancelled: 0 })

export interface GridRow { city: number; name: string; cells: Map<string, Counts>; sum: Counts; marked: boolean }
export interface Grid {
  programme: string
  categories: string[]
  /** Names of the categories where the province knows them. */
  names: Map<string, string>
  rows: GridRow[]
  sums: Map<string, Counts>
  sum: Counts
}

/** So many can no longer be done: cancelled, or there was nothing to draw. */
export const shortOf = (one: Counts): number => Math.min(one.quota, one.declined + one.cancelled)
/** So many were drawn above what was ordered. */
export const overOf = (one: Counts): number => Math.max(0, one.drawn - one.quota)

/** What is left is what can still be done: nobody waits for what is cancelled or could not be drawn. */
export function measureOf(one: Counts, measure: Measure): number {
  return measure === 'left' ? Math.max(0, one.quota - one.judged - shortOf(one)) : one[measure]
}

function add(to: Counts, cell: Counts): void {
  for (const key of ['quota', 'released', 'drawn', 'judged', 'declined', 'cancelled'] as const) to[key] += cell[key]
}

function at<K>(map: Map<K, Counts>, key: K): Counts {
  const found = map.get(key) ?? none()
  map.set(key, found)
  return found
}

export function gridOf(cells: readonly GridCell[]): Grid[] {
  const grids = new Map<string, Grid>()
  for (const cell of cells) {
    const grid: Grid = grids.get(cell.programme) ?? { programme: cell.programme, categories: [], names: new Map(), rows: [], sums: new Map(), sum: none() }
    grids.set(cell.programme, grid)
    let row = grid.rows.find((one) => one.city === cell.city)
    if (!row) {
      row = { city: cell.city, name: cell.city_name ?? String(cell.city), cells: new Map(), sum: none(), marked: false }
      grid.rows.push(row)
    }
    for (const sum of [at(row.cells, cell.category), row.sum, at(grid.sums, cell.category), grid.sum]) add(sum, cell)
    row.marked ||= shortOf(cell) > 0 || overOf(cell) > 0
    if (cell.category_name) grid.names.set(cell.category, cell.category_name)
  }
  for (const grid of grids.values()) {
    grid.categories = [...grid.sums.keys()].sort()
    grid.rows.sort((a, b) => a.city - b.city)
  }
  return [...grids.values()]
}
