import { expect, test } from 'vitest'
import { signs, toneOf, tones } from './tone'

test('every tone has a sign of its own, so that nothing is said by colour alone', () => {
  expect(new Set(tones.map((tone) => signs[tone])).size).toBe(tones.length)
})

test('too few samples are said before what they would say', () => {
  expect(toneOf(null)).toBe('nothing')
  expect(toneOf({ small_cell: true, evidence: 'against' })).toBe('few')
  expect(toneOf({ small_cell: false, evidence: 'against' })).toBe('against')
  expect(toneOf({ small_cell: false, evidence: null })).toBe('plain')
})
