import { expect, it } from 'vitest'
import { gridOf } from './grid'

it('sums by city, by category and in all', () => {
  const [grid, other] = gridOf([
    { programme: 'NCP', city: 510300, category: 'V1', quota: 3 },
    { programme: 'NCP', city: 510100, category: 'V1', quota: 4 },
    { programme: 'NCP', city: 510100, category: 'F1', quota: 5 },
    { programme: 'LTS', city: 510100, category: 'Q', quota: 1 },
  ])
  expect(grid!.categories).toEqual(['F1', 'V1'])
  expect(grid!.rows.map(({ city, sum }) => [city, sum])).toEqual([[510100, 9], [510300, 3]])
  expect([...grid!.sums].sort()).toEqual([['F1', 5], ['V1', 7]])
  expect(grid!.sum).toBe(12)
  expect(other!.sum).toBe(1)
})
