// Several rows of quarantine given to one sample: what is done stays done, what failed is kept with its reason.
import { asProblem, timedOut, unreachable, type Problem } from '@qlims/kit/api.ts'
import type { QuarantineEntry } from '../api/types'

export interface Unplaced {
  entry: QuarantineEntry
  problem: Problem
}

/** Rows that one instrument number of one file has given: as a rule one mistyped sample. */
export const ofSameNumber = (lines: readonly QuarantineEntry[], one: QuarantineEntry): QuarantineEntry[] =>
  lines.filter((line) => line.sample === one.sample && line.capture_number === one.capture_number)

export interface Sending {
  together: (entries: readonly QuarantineEntry[]) => Promise<unknown>
  each: (entry: QuarantineEntry) => Promise<unknown>
}

const togetherMost = 500 // that the node takes in one request

/** Rows of one file are one decision: their sample is judged once. When it is refused, for one row that stands in the
 *  way, each is sent by itself. Where the node no longer answers the rest is not tried: each would wait as long again. */
export async function assignAll(entries: readonly QuarantineEntry[], send: Sending, after: (tried: number) => void): Promise<Unplaced[]> {
  const unplaced: Unplaced[] = []
  let silent: Problem | null = null
  let tried = 0
  const attempt = async (sending: () => Promise<unknown>): Promise<Problem | null> => {
    if (silent) return silent
    try {
      await sending()
      return null
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (problem.code === unreachable || problem.code === timedOut) silent = problem
      return problem
    }
  }
  for (const rows of decisions(entries)) {
    const refused = rows.length > 1 ? await attempt(() => send.together(rows)) : null
    if (rows.length > 1 && !refused) {
      after((tried += rows.length))
      continue
    }
    for (const entry of rows) {
      const problem = await attempt(() => send.each(entry))
      if (problem) unplaced.push({ entry, problem })
      after(++tried)
    }
  }
  return unplaced
}

function decisions(entries: readonly QuarantineEntry[]): QuarantineEntry[][] {
  const open = new Map<number, QuarantineEntry[]>()
  const all: QuarantineEntry[][] = []
  for (const entry of entries) {
    let rows = open.get(entry.capture_number)
    if (!rows || rows.length === togetherMost) all.push((rows = []))
    open.set(entry.capture_number, rows)
    rows.push(entry)
  }
  return all
}

const endShown = 9 // "0000123-DUP": what tells rows of one batch apart stands at the end

/** A number whose end stays in sight when there is no room for all of it. */
export function cutInMiddle(text: string): { head: string; end: string } {
  const signs = Array.from(text)
  return signs.length <= endShown ? { head: '', end: text } : { head: signs.slice(0, -endShown).join(''), end: signs.slice(-endShown).join('') }
}
