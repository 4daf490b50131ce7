// Quotas as a planner reads them: cities down, categories across, with their sums.
import type { PlanPage } from '../api/types'

export interface Grid {
  programme: string
  categories: string[]
  /** Names of the categories where the province knows them. */
  names: Map<string, string>
  rows: { city: number; name: string; quotas: Map<string, number>; sum: number }[]
  sums: Map<string, number>
  sum: number
}

export function gridOf(cells: PlanPage['cells']): Grid[] {
  const grids = new Map<string, Grid>()
  for (const { programme, city, city_name, category, category_name, quota } of cells) {
    const grid: Grid = grids.get(programme) ?? { programme, categories: [], names: new Map(), rows: [], sums: new Map(), sum: 0 }
    grids.set(programme, grid)
    let row = grid.rows.find((one) => one.city === city)
    if (!row) {
      row = { city, name: city_name ?? String(city), quotas: new Map<string, number>(), sum: 0 }
      grid.rows.push(row)
    }
    row.quotas.set(category, (row.quotas.get(category) ?? 0) + quota)
    row.sum += quota
    if (category_name) grid.names.set(category, category_name)
    grid.sums.set(category, (grid.sums.get(category) ?? 0) + quota)
    grid.sum += quota
  }
  for (const grid of grids.values()) {
    grid.categories = [...grid.sums.keys()].sort()
    grid.rows.sort((a, b) => a.city - b.city)
  }
  return [...grids.values()]
}
