import { describe, expect, it } from 'vitest'
import type { Limit } from '../api/types'
import { en } from '../words/en'
import { zh } from '../words/zh'
import { limitText } from './limit'

const limit = (kind: string, lower = '', upper = ''): Limit => ({ kind, lower, upper, unit: 'mg/kg', standard: '', clause: '', commodity: '', row: '' })

describe('a limit', () => {
  it('is written as in a report, with the digits it came with', () => {
    expect(limitText(limit('<=', '', '0.050'), zh)).toBe('≤ 0.050 mg/kg')
    expect(limitText(limit('>=', '4.5'), zh)).toBe('≥ 4.5 mg/kg')
    expect(limitText(limit('range', '4.5', '6'), zh)).toBe('4.5 ~ 6 mg/kg')
    expect(limitText(limit('ND'), zh)).toBe('不得检出')
    expect(limitText(limit('banned'), en)).toBe('banned, must not be detected')
  })
  it('says so when there is none', () => {
    expect(limitText(undefined, zh)).toBe('没有限量')
    expect(limitText(limit('none'), zh)).toBe('没有限量')
    expect(limitText(undefined, zh, '2013-06-03')).toBe('没有限量')
  })
  it('is not known before the day of sampling, unless the answer has it', () => {
    expect(limitText(undefined, zh, '')).toBe('抽样后确定')
    expect(limitText(undefined, en, '')).toBe('known after sampling')
    expect(limitText(limit('banned'), zh, '')).toBe('禁用，不得检出')
  })
})
