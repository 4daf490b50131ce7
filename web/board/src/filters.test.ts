import { describe, expect, it } from 'vitest'
import { addressOf, filtersIn } from './filters'

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
    expect(addressOf(filters)).toEqual({ city: '510100', by: 'analyte' })
  })
})
