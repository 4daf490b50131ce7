import { expect, test } from 'vitest'
import { kindOf, signed } from './changes'

test('a change is told by where it comes from and where it goes', () => {
  expect([{ before: 0, after: 3 }, { before: 2, after: 3 }, { before: 3, after: 2 }, { before: 3, after: 0 }].map(kindOf)).toEqual(['added', 'raised', 'lowered', 'removed'])
  expect([1200, -3, 0].map(signed)).toEqual(['+1,200', '−3', ''])
})
