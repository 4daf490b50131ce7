import { describe, expect, it } from 'vitest'
import type { SummaryRow } from '../api/types'
import { everyNth, trendOf } from './trend'

const row = (month: string, judged = 10): SummaryRow => ({ month, pass: judged, fail: 0, problem: 0, undetermined: 0, aside: 0, rate: judged ? '100.0' : '—', rate_low: judged ? '72.2' : null, rate_high: judged ? '100.0' : null, small_cell: true, meets_target: null })

describe('the course of a year', () => {
  it('has a gap where a month has no samples, over the turn of a year too', () => {
    const trend = trendOf([row('2014-01'), row('2013-10'), row('2013-11'), row('2013-12', 0)])
    expect(trend.months).toEqual(['2013-10', '2013-11', '2013-12', '2014-01'])
    expect(trend.points.map(({ at, month }) => [at, month])).toEqual([[0, '2013-10'], [1, '2013-11'], [3, '2014-01']])
    expect(trend.lines.map(([a, b]) => [a.month, b.month])).toEqual([['2013-10', '2013-11']])
  })
  it('is empty without a rate, and one point without a line', () => {
    expect(trendOf([row('2013-10', 0)])).toEqual({ months: [], points: [], lines: [] })
    expect(trendOf([row('2013-10')]).lines).toEqual([])
  })
  it('leaves out labels before they touch', () => {
    expect(everyNth(6, 600, 60)).toBe(1)
    expect(everyNth(24, 600, 60)).toBe(3)
  })
})
