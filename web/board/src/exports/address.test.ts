import { expect, test } from 'vitest'
import { filtersIn } from '../filters'
import { exportAddress } from './address'

test('a file has the filters of the page, and rates its axis', () => {
  const filters = filtersIn({ programme: 'NCP', city: '510100', verdicts: 'first', by: 'month', from: '10' })
  expect(exportAddress('rates', 'xlsx', filters)).toBe('/api/v1/export/tables?table=rates&format=xlsx&programme=NCP&city=510100&verdicts=first&by=month')
  expect(exportAddress('rates', 'gb18030', filtersIn({}))).toBe('/api/v1/export/tables?table=rates&format=csv&encoding=gb18030&by=city')
  expect(exportAddress(['rates', 'progress'], 'xlsx', filters)).toBe('/api/v1/export/tables?table=rates%2Cprogress&format=xlsx&programme=NCP&city=510100&verdicts=first&by=month')
  expect(exportAddress('nonconforming', 'csv', filtersIn({}))).toBe('/api/v1/export/tables?table=nonconforming&format=csv&encoding=utf-8-bom')
})
