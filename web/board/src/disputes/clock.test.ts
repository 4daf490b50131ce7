import { describe, expect, it } from 'vitest'
import { zh } from '../words/zh'
import { firstMinute, leftOf, timeChosen } from './clock'

const at = (time: string): number => Date.parse(time)
const due = '2013-06-04T08:00:00.000Z'

describe('what is left of a deadline', () => {
  it('is said in minutes, hours or days', () => {
    expect(leftOf(due, at('2013-06-04T07:30:01Z'), zh.disputes.span)).toBe('还有 29 分钟')
    expect(leftOf(due, at('2013-06-03T09:00:00Z'), zh.disputes.span)).toBe('还有 23 小时')
    expect(leftOf(due, at('2013-06-01T08:00:00Z'), zh.disputes.span)).toBe('还有 3 天')
  })
  it('is over when its time has passed', () => {
    expect(leftOf(due, at('2013-06-04T10:00:00Z'), zh.disputes.span)).toBe('已超 2 小时')
  })
})

describe('a time that a person chooses', () => {
  it('is the moment of the request when the field is left as it was', () => {
    expect(timeChosen('2013-06-04T10:00', '2013-06-04T10:00', null)).toBe('')
  })
  it('is not before what it follows, and free while that has not happened', () => {
    expect(firstMinute('2013-06-04T02:00:20.500Z')).toBe('2013-06-04T10:00')
    expect(firstMinute(null)).toBeUndefined()
  })
  it('is a minute in China', () => {
    expect(timeChosen('2013-06-04T10:00', '2013-06-04T12:00', null)).toBe('2013-06-04T02:00:00.000Z')
  })
  it('in the minute of the sending is not before it', () => {
    expect(timeChosen('2013-06-04T10:00', '2013-06-04T12:00', '2013-06-04T02:00:20.500Z')).toBe('2013-06-04T02:00:20.500Z')
    expect(timeChosen('2013-06-04T10:01', '2013-06-04T12:00', '2013-06-04T02:00:20.500Z')).toBe('2013-06-04T02:01:00.000Z')
  })
})
