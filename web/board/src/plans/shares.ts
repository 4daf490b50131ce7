// What may be given, to whom, and what may be asked back: the decisions of the page of shares.
import type { Held, Share, ShareSample } from '../outward/api'

/** Of the width of its cell, in percent, in the order in which a share is used up. */
export interface Part { kind: 'judged' | 'drawn' | 'declined' | 'undrawn' | 'free' | 'cancelled'; count: number; percent: number }

const kinds = ['judged', 'drawn', 'declined', 'undrawn'] as const

/** What has become of the cell as a whole; parts of nothing are left out. */
export function partsOf(share: Share): Part[] {
  const sum = (kind: (typeof kinds)[number]): number => share.nodes.reduce((n, one) => n + one[kind], 0)
  const counts: [Part['kind'], number][] = [...kinds.map((kind): [Part['kind'], number] => [kind, sum(kind)]), ['free', share.free], ['cancelled', share.cancelled]]
  const all = Math.max(share.quota, 1)
  return counts.filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, count, percent: (count * 100) / all }))
}

/** How many can still be asked back of what a station holds. */
export const mayAskBack = (held: Held): number => Math.max(held.undrawn - held.recalled, 0)

/** The samples to ask back: the last ones, because a station draws its share from the first on. */
export function toAskBack(samples: readonly ShareSample[], node: number, count: number): string[] {
  const open = samples.filter((one) => one.node === node && one.state === 'undrawn' && one.recall === null).map((one) => one.task)
  return count <= 0 ? [] : open.slice(-count)
}

/** Whether so many can be given: a whole number within what nobody has. */
export const mayGive = (share: Share, count: number): boolean => Number.isInteger(count) && count >= 1 && count <= share.free
