// What there is to say of a node in few words, and how long ago something was.
import type { NodeLine } from '../api/types'
import type { Words } from '../words'

export interface Doubt { word: string; tone: string }

export function doubtsOf(node: NodeLine, words: Words['progress']): Doubt[] {
  const list: Doubt[] = []
  if (node.revoked) list.push({ word: words.revoked, tone: '' })
  if (node.frozen) list.push({ word: words.frozen, tone: 'fail' })
  if (node.forks > 0) list.push({ word: words.forks(node.forks), tone: 'fail' })
  if (node.waived) list.push({ word: words.waived, tone: 'wait' })
  if (node.clock_skew) list.push({ word: words.clock(Math.round(node.clock_skew.seconds / 60), node.clock_skew.direction), tone: 'wait' })
  if (node.incarnation > 1) list.push({ word: words.copies(node.incarnation), tone: 'wait' })
  return list
}

/** Seconds since then, by the clock of this browser; never negative. */
export const secondsSince = (time: string, now: number): number => Math.max(0, Math.round((now - Date.parse(time)) / 1000))

export function agoOf(time: string, now: number, words: Words['progress']): string {
  const seconds = secondsSince(time, now)
  if (seconds < 90) return words.ago(words.seconds(seconds))
  if (seconds < 5400) return words.ago(words.minutes(Math.round(seconds / 60)))
  if (seconds < 172_800) return words.ago(words.hours(Math.round(seconds / 3600)))
  return words.ago(words.days(Math.round(seconds / 86_400)))
}

/** What is typed at the bench PC: the ticket is in quotes, because it has a # in it, and goes in by standard input: every
 *  user of that PC can see the arguments of a program. */
export const enrolCommand = (ticket: { ticket: string; endpoint: string }, name: string): string =>
  `printf '%s\\n' '${ticket.ticket}' | lab-node --data data --http 127.0.0.1:7100 --coordinator ${ticket.endpoint} --enrol - --name '${name.replaceAll("'", '')}'`
