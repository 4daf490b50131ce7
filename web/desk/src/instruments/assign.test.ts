import { Problem, unreachable } from '@qlims/kit/api.ts'
import { describe, expect, it } from 'vitest'
import type { QuarantineEntry } from '../api/types'
import { assignAll, cutInMiddle, ofSameNumber } from './assign'

const row = (entry: number, sample: string, capture_number = 1) => ({ entry, sample, capture_number }) as QuarantineEntry
const rows = [row(1, 'SC13-DUP'), row(2, 'SC13'), row(3, 'SC13-DUP'), row(4, 'SC13-DUP', 2)]

describe('rows given to a sample together', () => {
  it('are those of one number in one file', () => {
    expect(ofSameNumber(rows, rows[0]!).map((one) => one.entry)).toEqual([1, 3])
  })
  it('are one decision for each file', async () => {
    const sent: number[][] = []
    const progress: number[] = []
    const unplaced = await assignAll(rows, {
      together: async (some) => { sent.push(some.map((one) => one.entry)) },
      each: async ({ entry }) => { sent.push([entry]) },
    }, (tried) => progress.push(tried))
    expect(sent).toEqual([[1, 2, 3], [4]])
    expect(progress).toEqual([3, 4])
    expect(unplaced).toEqual([])
  })
  it('are done one by one where one stands in the way: that one is kept, and no other', async () => {
    const sent: number[] = []
    const unplaced = await assignAll(rows, {
      together: async () => { throw new Problem(422, 'unknown_analyte', '没有此项目') },
      each: async ({ entry }) => {
        sent.push(entry)
        if (entry === 2) throw new Problem(422, 'unknown_analyte', '没有此项目')
      },
    }, () => {})
    expect(sent).toEqual([1, 2, 3, 4])
    expect(unplaced.map((one) => [one.entry.entry, one.problem.code])).toEqual([[2, 'unknown_analyte']])
  })
  it('are kept from the one on that got no answer', async () => {
    const silent = async () => { throw new Problem(0, unreachable, '') }
    let asked = 0
    const unplaced = await assignAll(rows, { together: () => { ++asked; return silent() }, each: () => { ++asked; return silent() } }, () => {})
    expect(asked).toBe(1)
    expect(unplaced.map((one) => one.entry.entry)).toEqual([1, 2, 3, 4])
  })
})

it('keeps the end of a long number whole', () => {
  expect(cutInMiddle('SC13NCP0000123-DUP')).toEqual({ head: 'SC13NCP00', end: '00123-DUP' })
  expect(cutInMiddle('BLANK-1')).toEqual({ head: '', end: 'BLANK-1' })
})
