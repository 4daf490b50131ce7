import { expect, test } from 'vitest'
import type { GridCell } from '../api/office-types'
import { gridOf, measureOf, overOf, shortOf } from './grid'

const cell = (city: number, category: string, quota: number, more: Partial<GridCell> = {}): GridCell =>
  ({ programme: 'NCP', city, category, quota, released: 0, drawn: 0, judged: 0, declined: 0, cancelled: 0, ...more })

test('cities go down, categories across, and the sums of both are the sum of all', () => {
  const [grid, other] = gridOf([
    cell(510300, 'V1', 2, { drawn: 1 }), cell(510100, 'V5', 4, { city_name: '成都市', category_name: '豆类蔬菜', judged: 3, drawn: 3 }), cell(510100, 'V1', 3),
    { ...cell(510100, 'G1', 9), programme: 'KJ' },
  ])
  expect(grid!.categories).toEqual(['V1', 'V5'])
  expect(grid!.rows.map((row) => [row.name, row.sum.quota])).toEqual([['成都市', 7], ['510300', 2]])
  expect([...grid!.sums].map(([category, sum]) => [category, sum.quota])).toEqual([['V1', 5], ['V5', 4]])
  expect(grid!.sum).toEqual({ quota: 9, released: 0, drawn: 4, judged: 3, declined: 0, cancelled: 0 })
  expect(grid!.names.get('V5')).toBe('豆类蔬菜')
  expect(other!.sum.quota).toBe(9)
})

test('a cell is short by what can no longer be done, and over by what was drawn above it', () => {
  expect(shortOf(cell(1, 'V', 5, { declined: 1, cancelled: 2 }))).toBe(3)
  expect(shortOf(cell(1, 'V', 5, { judged: 5 }))).toBe(0)
  expect(overOf(cell(1, 'V', 5, { drawn: 7 }))).toBe(2)
  expect(overOf(cell(1, 'V', 5, { drawn: 5 }))).toBe(0)
  expect(measureOf(cell(1, 'V', 5, { judged: 2 }), 'left')).toBe(3)
  expect(measureOf(cell(1, 'V', 5, { judged: 2, cancelled: 1, declined: 1 }), 'left')).toBe(1)
  expect(measureOf(cell(1, 'V', 5, { judged: 5, cancelled: 1 }), 'left')).toBe(0)
  expect(measureOf(cell(1, 'V', 5, { released: 4, judged: 2 }), 'released')).toBe(4)
  // What one city lacks is not made good by what another has too much.
  const [grid] = gridOf([cell(1, 'V', 5, { drawn: 7 }), cell(2, 'V', 5, { cancelled: 1 }), cell(3, 'V', 5)])
  expect(grid!.rows.map((row) => row.marked)).toEqual([true, true, false])
})
