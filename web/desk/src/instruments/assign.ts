// Several rows of quarantine given to one sample, row by row: what is done stays done, what failed is kept with its reason.
import { asProblem, timedOut, unreachable, type Problem } from '@qlims/kit/api.ts'
import type { QuarantineEntry } from '../api/types'

export interface Unplaced {
  entry: QuarantineEntry
  problem: Problem
}

/** Rows that one instrument number of one file has given: as a rule one mistyped sample. */
export const ofSameNumber = (lines: readonly QuarantineEntry[], one: QuarantineEntry): QuarantineEntry[] =>
  lines.filter((line) => line.sample === one.sample && line.capture_number === one.capture_number)

/** Sends each by itself. Where the node no longer answers the rest is not tried: each would wait as long again. */
export async function assignEach(entries: readonly QuarantineEntry[], send: (entry: QuarantineEntry) => Promise<unknown>, after: (tried: number) => void): Promise<Unplaced[]> {
  const unplaced: Unplaced[] = []
  let silent: Problem | null = null
  for (const [i, entry] of entries.entries()) {
    try {
      if (!silent) await send(entry)
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (problem.code === unreachable || problem.code === timedOut) silent = problem
      else unplaced.push({ entry, problem })
    }
    if (silent) unplaced.push({ entry, problem: silent })
    after(i + 1)
  }
  return unplaced
}

const endShown = 9 // "0000123-DUP": what tells rows of one batch apart stands at the end

/** A number whose end stays in sight when there is no room for all of it. */
export function cutInMiddle(text: string): { head: string; end: string } {
  const signs = Array.from(text)
  return signs.length <= endShown ? { head: '', end: text } : { head: signs.slice(0, -endShown).join(''), end: signs.slice(-endShown).join('') }
}
