// How deadlines and objections look, and which times people choose for them.
import { minuteField, utcOfField } from '@qlims/kit/time.ts'

export const clockTone = (state: string): string => ({ running: 'work', late: 'fail', met: 'pass', met_late: 'wait' })[state] ?? ''
export const objectionTone = (state: string): string => ({ registered: 'wait', retest_assigned: 'work', upheld: 'fail', overturned: 'pass' })[state] ?? ''

/**
 * The time that a person chose in a field of minutes; empty for the moment of the request, when the field still shows
 * that minute. What happened in the minute of something before it happened no earlier than that.
 */
export function timeChosen(minute: string, shownNow: string, notBefore: string | null): string {
  if (minute === shownNow) return ''
  const chosen = utcOfField(minute)
  return notBefore !== null && minute === minuteField(new Date(notBefore)) ? new Date(Math.max(Date.parse(chosen), Date.parse(notBefore))).toISOString() : chosen
}

/** The first minute that a field offers for what follows something; any, while that has not happened. */
export const firstMinute = (notBefore: string | null): string | undefined => (notBefore === null ? undefined : minuteField(new Date(notBefore)))

/** Whether a retest answers an objection on that ground. */
export const isRetested = (kind: string): boolean => kind === 'conclusion' || kind === 'method'

export interface SpanWords { left: (text: string) => string; over: (text: string) => string; hours: (n: number) => string; days: (n: number) => string; minutes: (n: number) => string }

/** "还有 5 小时", or by how much it is over. */
export function leftOf(due: string, now: number, words: SpanWords): string {
  const ms = Date.parse(due) - now
  const minutes = Math.floor(Math.abs(ms) / 60_000)
  const text = minutes < 60 ? words.minutes(minutes) : minutes < 48 * 60 ? words.hours(Math.floor(minutes / 60)) : words.days(Math.floor(minutes / 1440))
  return ms >= 0 ? words.left(text) : words.over(text)
}
