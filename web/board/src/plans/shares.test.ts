import { expect, test } from 'vitest'
import type { Share, ShareSample } from '../outward/api'
import { mayAskBack, mayGive, partsOf, toAskBack } from './shares'

const held = { node: 1, undrawn: 3, recalled: 1, drawn: 1, declined: 0, judged: 2 }
const share = { quota: 10, free: 3, cancelled: 1, nodes: [held] } as Share

test('the parts of a cell are all of it, and those of nothing are left out', () => {
  expect(partsOf(share).map(({ kind, count, percent }) => [kind, count, percent])).toEqual([['judged', 2, 20], ['drawn', 1, 10], ['undrawn', 3, 30], ['free', 3, 30], ['cancelled', 1, 10]])
  expect(partsOf({ ...share, quota: 0, free: 0, cancelled: 0, nodes: [] })).toEqual([])
})

test('what is asked back already is not asked back again, and the last samples go first', () => {
  expect(mayAskBack(held)).toBe(2)
  expect(mayAskBack({ ...held, undrawn: 0 })).toBe(0)
  const sample = (task: string, more: Partial<ShareSample> = {}): ShareSample => ({ task, number: task, state: 'undrawn', node: 1, recall: null, ...more })
  const samples = [sample('a'), sample('b', { state: 'drawn' }), sample('c', { recall: { reason: 'x', asked: 'y' } }), sample('d', { node: 2 }), sample('e'), sample('f')]
  expect(toAskBack(samples, 1, 2)).toEqual(['e', 'f'])
  expect(toAskBack(samples, 1, 9)).toEqual(['a', 'e', 'f'])
  expect(toAskBack(samples, 1, 0)).toEqual([])
})

test('no more is given than nobody has', () => {
  expect([0, 1, 3, 4, 1.5, Number.NaN].map((count) => mayGive(share, count))).toEqual([false, true, true, false, false, false])
})
