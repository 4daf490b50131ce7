import { expect, test } from 'vitest'
import { filtersIn } from '../filters'
import { exportAddress, isWider } from './address'

test('a file has the filters of the page, and rates its axis', () => {
  const filters = filtersIn({ programme: 'NCP', city: '510100', county: '510104', round: '2', analyte: 'Pb', verdicts: 'first', by: 'month', from: '10', as_of: '2013-06-03T09:00:00Z' })
  expect(exportAddress('rates', 'xlsx', filters)).toBe('/api/v1/export/tables?table=rates&format=xlsx&programme=NCP&city=510100&county=510104&round=2&analyte=Pb&verdicts=first&as_of=2013-06-03T09%3A00%3A00Z&by=month')
  expect(exportAddress('rates', 'gb18030', filtersIn({}))).toBe('/api/v1/export/tables?table=rates&format=csv&encoding=gb18030&by=city')
  expect(exportAddress(['rates', 'progress'], 'xlsx', filtersIn({ programme: 'NCP', verdicts: 'first', by: 'month' }))).toBe('/api/v1/export/tables?table=rates%2Cprogress&format=xlsx&programme=NCP&verdicts=first&by=month')
  expect(exportAddress(['rates', 'progress'], 'pdf', filtersIn({ category: 'V1' })), 'what cannot have the filter stays out').toBe('/api/v1/export/tables?table=rates&format=pdf&category=V1&by=city')
  expect(exportAddress('nonconforming', 'csv', filtersIn({}))).toBe('/api/v1/export/tables?table=nonconforming&format=csv&encoding=utf-8-bom')
})

test('the table of progress asks for what it can be narrowed to, and the page knows when that is less', () => {
  const filters = filtersIn({ programme: 'NCP', city: '510100', category: 'V1', verdicts: 'first' })
  expect(exportAddress('progress', 'xlsx', filters)).toBe('/api/v1/export/tables?table=progress&format=xlsx&programme=NCP&city=510100')
  expect(isWider('progress', filters)).toBe(true)
  expect(isWider('rates', filters)).toBe(false)
  expect(isWider('progress', filtersIn({ programme: 'NCP', city: '510100', by: 'month' }))).toBe(false)
  expect(isWider('progress', filtersIn({ as_of: '2013-06-03T09:00:00Z' }))).toBe(true)
})
