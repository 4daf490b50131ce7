import { describe, expect, it } from 'vitest'
import { draw, rulesIn } from './chart'

const value = (text: string) => ({ value: text, at: '', capture: '', released: true, rules: [] })

describe('a control chart', () => {
  it('puts the mean in the middle and larger values above it', () => {
    const { points, lines } = draw([value('10'), value('12'), value('8')], 10, 1, 200, 80)
    expect(points.map((p) => [p.x, p.y])).toEqual([[0, 40], [100, 20], [200, 60]])
    expect(lines.find((line) => line.sigma === 3)?.y).toBe(10)
    expect(lines.find((line) => line.sigma === -3)?.y).toBe(70)
  })
  it('keeps a wild value inside the frame', () => {
    expect(draw([value('99')], 10, 1, 200, 80).points[0]).toMatchObject({ x: 100, y: 0 })
  })
  it('survives a standard deviation of nothing', () => {
    expect(draw([value('99')], 10, 0, 200, 80).points[0]?.y).toBe(40)
  })
  it('reads the rules of a check', () => {
    expect(rulesIn('1_2s 2_2s')).toEqual(['1_2s', '2_2s'])
    expect(rulesIn('')).toEqual([])
  })
})
