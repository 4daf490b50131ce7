import { describe, expect, it } from 'vitest'
import { maySign } from './signable'

describe('four eyes', () => {
  it('keep an analyst from reviewing their own work', () => {
    expect(maySign('review', { analyst: 'wang', reviewer: '' }, 'wang')).toBe(false)
    expect(maySign('review', { analyst: 'wang', reviewer: '' }, 'zhao')).toBe(true)
  })
  it('keep a reviewer from approving what they reviewed', () => {
    expect(maySign('approve', { analyst: 'wang', reviewer: 'zhao' }, 'zhao')).toBe(false)
    expect(maySign('approve', { analyst: 'wang', reviewer: 'zhao' }, 'wang')).toBe(false)
    expect(maySign('approve', { analyst: 'wang', reviewer: 'zhao' }, 'qian')).toBe(true)
  })
})
