import { expect, test } from 'vitest'
import type { PublicRow } from './api'
import { matrixOf, momentAsked } from './matrix'

const row = (city: string | null, category: string | null, published = true): PublicRow =>
  ({ city, city_name: city ?? '合计', category, category_name: category ?? '合计', published, figures: published ? { judged: 9, pass: 9, fail: 0, problem: 0, undetermined: 0, rate: '100.0' } : null })

test('sums stand last, whatever the order, and what is withheld is counted', () => {
  const matrix = matrixOf([row(null, null), row('2', 'V1'), row('2', null), row('1', 'V2', false), row('1', null, false)])
  expect(matrix.columns.map((one) => one.code)).toEqual(['V1', 'V2', ''])
  expect(matrix.lines.map((one) => one.code)).toEqual(['2', '1', ''])
  expect(matrix.lines[1]!.cells.get('V2')!.figures).toBeNull()
  expect(matrix.lines[0]!.cells.has('V2')).toBe(false)
  expect([matrix.withheld, matrix.all]).toEqual([2, 5])
  expect(matrixOf([])).toEqual({ columns: [], lines: [], withheld: 0, all: 0 })
})

test('a moment is that of Beijing', () => {
  expect(momentAsked('2013-06-03T17:00')).toBe('2013-06-03T17:00:00+08:00')
  expect(momentAsked('2013-06-03T17:00:05')).toBe('2013-06-03T17:00:05+08:00')
  expect(momentAsked('')).toBe('')
})
