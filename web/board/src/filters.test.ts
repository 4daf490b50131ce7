import { describe, expect, it } from 'vitest'
import { addressOf, asOfOfInput, choosing, filtersIn, inputOf, questionOf } from './filters'

describe('filters', () => {
  it('come from the address and go back to it', () => {
    const query = { city: '510100', county: '510104', programme: 'NCP', round: '2', analyte: '铅', by: 'county', verdicts: 'first', from: '10', as_of: '2013-06-03T09:00:00Z' }
    expect(addressOf(filtersIn(query))).toEqual(query)
    expect(addressOf(filtersIn({}))).toEqual({})
  })
  it('take nonsense for what is usual', () => {
    expect(filtersIn({ by: 'colour', verdicts: 'best', from: 'few' })).toEqual({ where: {}, by: 'city', verdicts: 'final', from: 30, asOf: '' })
  })
  it('are asked for in full, a county without its city too', () => {
    expect(questionOf(filtersIn({ county: '510104', round: '1', by: 'month', as_of: '2013-06-03T09:00:00Z' }))).toEqual({ county: '510104', round: '1', verdicts: 'final', as_of: '2013-06-03T09:00:00Z' })
  })
  it('drop the county with its city, and nothing else', () => {
    const where = { city: '510100', county: '510104', round: '1' }
    expect(choosing(where, 'city', '510300')).toEqual({ city: '510300', round: '1' })
    expect(choosing(where, 'city', '510100')).toEqual(where)
    expect(choosing(where, 'round', '')).toEqual({ city: '510100', county: '510104' })
  })
  it('take a moment by the time of Beijing, whatever that of the machine', () => {
    expect(asOfOfInput('2013-06-03T17:00')).toBe('2013-06-03T09:00:00Z')
    expect(inputOf('2013-06-03T09:00:00Z')).toBe('2013-06-03T17:00')
    expect(inputOf(asOfOfInput('2013-01-01T03:05'))).toBe('2013-01-01T03:05')
    expect([asOfOfInput(''), inputOf('')]).toEqual(['', ''])
  })
})
