// Which programmes a document can be of: those that were counted, and those that are planned and have no verdict yet.
import { board } from '../api/board'
import { nameOf } from '../filters'

export interface Programme { code: string; name: string }

export async function programmesKnown(): Promise<Programme[]> {
  const [summary, plans] = await Promise.all([board.summary({ by: 'programme' }), board.plans()])
  const known = new Map(summary.rows.map((row) => [row.programme ?? '', nameOf(row, 'programme')]))
  const pages = await Promise.all(plans.map((plan) => board.plan(String(plan.plan))))
  for (const cell of pages.flatMap((page) => page.cells)) if (!known.has(cell.programme)) known.set(cell.programme, cell.programme)
  return [...known].map(([code, name]) => ({ code, name })).sort((a, b) => (a.code < b.code ? -1 : 1))
}
