// Times are stored in UTC and read at the bench in China's one zone, whatever the clock of the PC says about zones.
const zone = 'Asia/Shanghai'

const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const minute = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

function dateOf(text: string): Date | null {
  const date = new Date(text)
  return text === '' || Number.isNaN(date.getTime()) ? null : date
}

/** "2013-06-03" in China. */
export const dayOf = (date: Date): string => day.format(date)

/** "2013-06-03 17:00"; empty for no time. */
export function moment(text: string): string {
  const date = dateOf(text)
  return date ? `${day.format(date)} ${minute.format(date)}` : ''
}

/** The end of a period: midnight is 24:00 of the day that ends, as the law counts. */
export function deadline(text: string): string {
  const date = dateOf(text)
  if (!date) return ''
  return minute.format(date) === '00:00' ? `${day.format(new Date(date.getTime() - 1))} 24:00` : moment(text)
}

/** "17:00:05". */
export function clockTime(text: string): string {
  const date = dateOf(text)
  return date ? clock.format(date) : ''
}

/** Whole days from `today` to `due`, both "2013-06-03"; negative when it is over. */
export function daysUntil(due: string, today: string): number {
  return Math.round((Date.parse(`${due}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000)
}
