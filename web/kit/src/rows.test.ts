import { describe, expect, it } from 'vitest'
import { nearEnd, rowsMax, windowOf } from './rows'

describe('the window of a long list', () => {
  it('begins at the top', () => {
    expect(windowOf(100_000, 40, 0, 800)).toEqual({ first: 0, end: 29 })
  })
  it('holds what is in sight, wherever that is', () => {
    for (const top of [0, 39, 40, 12_345, 3_999_160]) {
      const shown = windowOf(100_000, 40, top, 800)
      expect(shown.first * 40).toBeLessThanOrEqual(top)
      expect(shown.end * 40).toBeGreaterThanOrEqual(Math.min(top + 800, 4_000_000))
      expect(shown.end - shown.first).toBeLessThanOrEqual(rowsMax)
    }
  })
  it('never has more rows in the document than allowed, however high the box', () => {
    expect(windowOf(100_000, 20, 0, 4_000)).toEqual({ first: 0, end: 60 })
  })
  it('is empty without rows, and survives a list that became shorter', () => {
    expect(windowOf(0, 40, 500, 800)).toEqual({ first: 0, end: 0 })
    expect(windowOf(3, 40, 9_000, 800)).toEqual({ first: 2, end: 3 })
  })
  it('asks for more a screen before the end', () => {
    expect(nearEnd(200, { first: 0, end: 29 })).toBe(false)
    expect(nearEnd(200, { first: 140, end: 171 })).toBe(true)
  })
})
