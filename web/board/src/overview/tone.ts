// What the map and the tiles say of a city besides its figure: by colour, and by a sign for whoever sees no colour.
import type { SummaryRow } from '../api/types'

export type Tone = 'for' | 'against' | 'undecided' | 'few' | 'nothing' | 'plain'
export const tones: readonly Tone[] = ['for', 'undecided', 'against', 'few', 'nothing', 'plain']
export const signs: Readonly<Record<Tone, string>> = { for: '✓', against: '▼', undecided: '?', few: '*', nothing: '—', plain: '' }

export function toneOf(row: Pick<SummaryRow, 'small_cell' | 'evidence'> | null): Tone {
  if (row === null) return 'nothing'
  if (row.small_cell) return 'few'
  return row.evidence === 'for' || row.evidence === 'against' || row.evidence === 'undecided' ? row.evidence : 'plain'
}
