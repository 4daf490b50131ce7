import { describe, expect, it } from 'vitest'
import type { Figures } from '../api/types'
import { axisFrom, compareRates, doubtOf, judgedOf, mostFailedFirst, overlap, ranked } from './ranking'

const row = (pass: number, fail: number, low: string, high: string, small = false): Figures => ({
  pass, fail, problem: 0, undetermined: 3, rate: '', rate_low: low, rate_high: high, aside: 0, small_cell: small, meets_target: null,
})

describe('the ranking', () => {
  it('counts what has a verdict only', () => expect(judgedOf(row(9, 1, '0', '1'))).toBe(10))
  it('tells rates apart that round to the same text', () => {
    expect(compareRates(row(17_271, 729, '', ''), row(17_280, 720, '', ''))).toBeGreaterThan(0)
    expect(compareRates(row(1, 1, '', ''), row(50, 50, '', ''))).toBe(0)
  })
  it('puts the analyte first that failed most often, and ranks none', () => {
    const list = mostFailedFirst([row(50, 1, '', ''), row(10, 3, '', ''), row(90, 3, '', ''), row(7, 0, '', '')])
    expect(list.map((one) => [one.row.pass, one.rank, one.noise])).toEqual([[10, 0, null], [90, 0, null], [50, 0, null], [7, 0, null]])
  })
  it('shares a rank between equal rates and ranks no small cell', () => {
    const list = ranked([row(1, 0, '20.7', '100', true), row(90, 10, '82', '94'), row(180, 20, '85', '93'), row(99, 1, '94.6', '99.8')])
    expect(list.map(({ rank, noise }) => [rank, noise])).toEqual([[1, null], [2, false], [2, true], [0, null]])
  })
  it('says when the whole order is noise', () => {
    const one = row(97, 3, '91.5', '99.0')
    const two = row(95, 5, '88.8', '97.8')
    expect(overlap(one, two)).toBe(true)
    expect(doubtOf(ranked([one, two]))).toEqual({ pairs: 1, noisy: 1, all: true })
    expect(doubtOf(ranked([one]))).toEqual({ pairs: 0, noisy: 0, all: false })
    expect(doubtOf(ranked([row(999, 1, '99.4', '99.9'), two]))).toEqual({ pairs: 1, noisy: 0, all: false })
  })
  it('draws from a round number', () => {
    expect(axisFrom([row(1, 0, '83.2', '99'), row(1, 0, '91', '99')])).toBe(80)
    expect(axisFrom([row(1, 0, '83.2', '99'), row(1, 0, '20.7', '100', true)])).toBe(80)
    expect(axisFrom([row(1, 0, '20.7', '100', true)])).toBe(20)
    expect(axisFrom([])).toBe(0)
    expect(axisFrom([row(1, 0, '99.9', '100')])).toBe(90)
  })
})
