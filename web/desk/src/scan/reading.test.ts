import { describe, expect, it } from 'vitest'
import { isScanner, plain } from './reading'

describe('a scan', () => {
  it('loses the line end and the blanks of the scanner', () => {
    expect(plain(' SC13NCP000012\r\n')).toEqual({ text: 'SC13NCP000012', mended: false })
  })
  it('is made half-width when an input method was on, and says so', () => {
    expect(plain('ＳＣ１３ＮＣＰ０００１２')).toEqual({ text: 'SC13NCP00012', mended: true })
  })
  it('is known by its rhythm', () => {
    const every = (ms: number, n = 13) => Array.from({ length: n }, (_, i) => 1000 + i * ms)
    expect(isScanner(every(4))).toBe(true)
    expect(isScanner(every(50))).toBe(true)
    expect(isScanner(every(140))).toBe(false)
    expect(isScanner(every(4, 2))).toBe(false)
    expect(isScanner([])).toBe(false)
  })
})
