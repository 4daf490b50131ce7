import { describe, expect, it } from 'vitest'
import { deadline, minuteField, moment, utcOfField } from './time'

describe('the end of a period', () => {
  it('at midnight belongs to the day that ends', () => {
    expect(deadline('2013-06-09T16:00:00.000Z')).toBe('2013-06-09 24:00')
    expect(moment('2013-06-09T16:00:00.000Z')).toBe('2013-06-10 00:00')
  })
  it('at any other time is that time', () => expect(deadline('2013-06-04T08:00:00.000Z')).toBe('2013-06-04 16:00'))
  it('is empty when there is none', () => expect(deadline('')).toBe(''))
})

describe('a minute in a field', () => {
  it('is that of China, there and back', () => {
    expect(minuteField(new Date('2013-06-04T16:05:59.000Z'))).toBe('2013-06-05T00:05')
    expect(utcOfField('2013-06-05T00:05')).toBe('2013-06-04T16:05:00.000Z')
  })
  it('is nothing in an empty field', () => expect(utcOfField('')).toBe(''))
})
