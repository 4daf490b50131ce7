// Times are stored in UTC and read at the bench in China's one zone, whatever the clock of the PC says about zones.
const zone = 'Asia/Shanghai'

// The fields and not a locale's picture of them: that of en-CA was 2013-06-03 in one edition of ICU and 06/03/2013 in another.
const fields = new Intl.DateTimeFormat('en-US', {
  timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
})

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

function fieldsOf(date: Date): Record<Field, string> {
  return Object.fromEntries(fields.formatToParts(date).map(({ type, value }) => [type, value])) as Record<Field, string>
}

function minuteOf(date: Date): string {
  const { hour, minute } = fieldsOf(date)
  return `${hour}:${minute}`
}

function dateOf(text: string): Date | null {
  const date = new Date(text)
  return text === '' || Number.isNaN(date.getTime()) ? null : date
}

/** "2013-06-03" in China. */
export function dayOf(date: Date): string {
  const { year, month, day } = fieldsOf(date)
  return `${year}-${month}-${day}`
}

/** "2013-06-03 17:00"; empty for no time. */
export function moment(text: string): string {
  const date = dateOf(text)
  return date ? `${dayOf(date)} ${minuteOf(date)}` : ''
}

/** "2013-06-03T17:00": a minute as a field for date and time holds it. */
export function minuteField(date: Date): string {
  return `${dayOf(date)}T${minuteOf(date)}`
}

/** What such a field holds, in UTC as the interface wants it; empty for an empty field. */
export function utcOfField(minute: string): string {
  const date = dateOf(minute === '' ? '' : `${minute}:00+08:00`)
  return date ? date.toISOString() : ''
}

/** The end of a period: midnight is 24:00 of the day that ends, as the law counts. */
export function deadline(text: string): string {
  const date = dateOf(text)
  if (!date) return ''
  return minuteOf(date) === '00:00' ? `${dayOf(new Date(date.getTime() - 1))} 24:00` : moment(text)
}

/** "17:00:05". */
export function clockTime(text: string): string {
  const date = dateOf(text)
  return date ? `${minuteOf(date)}:${fieldsOf(date).second}` : ''
}

/** Whole days from `today` to `due`, both "2013-06-03"; negative when it is over. */
export function daysUntil(due: string, today: string): number {
  return Math.round((Date.parse(`${due}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000)
}
