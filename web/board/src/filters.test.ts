import { describe, expect, it } from 'vitest'
import { addressOf, axesAsked, filtersIn, fits } from './filters'

describe('filters', () => {
  it('come from the address and go back to it', () => {
    const query = { city: '510100', programme: 'NCP', by: 'month', verdicts: 'first', from: '10' }
    expect(addressOf(filtersIn(query))).toEqual(query)
    expect(addressOf(filtersIn({}))).toEqual({})
  })
  it('take nonsense for what is usual', () => {
    expect(filtersIn({ by: 'colour', verdicts: 'best', from: 'few' })).toEqual({ where: {}, by: 'city', verdicts: 'final', from: 30 })
  })
  it('take the analyte as what the rows are by, and for no filter', () => {
    const filters = filtersIn({ by: 'analyte', analyte: '铅', city: '510100' })
    expect(filters).toEqual({ where: { city: '510100' }, by: 'analyte', verdicts: 'final', from: 30 })
    expect(axesAsked(filters, true)).toEqual(['analyte', 'city'])
    expect(addressOf(filters)).toEqual({ city: '510100', by: 'analyte' })
  })
  it('ask for the axes they need and take the rows that fit', () => {
    const filters = filtersIn({ city: '510100', programme: 'NCP', by: 'category' })
    expect(axesAsked(filters, true)).toEqual(['category', 'city'])
    expect(axesAsked(filters, false)).toEqual(['city'])
    const row = { city: 510100, category: 'V1', pass: 1, fail: 0, problem: 0, undetermined: 0, rate: '', rate_low: null, rate_high: null, small_cell: false, meets_target: null }
    expect(fits(row, filters)).toBe(true)
    expect(fits({ ...row, city: 510300 }, filters)).toBe(false)
  })
})
