// What there is to fill in.
import { desk } from '../api/desk'
import type { Worksheet } from '../api/types'

const samplesMax = 50 // of one sheet: what a person fills in at a sitting, and fewer than 60 rows in the document

export interface PanelChoice {
  panel: string
  samples: number
}

/** Panels with samples that wait for results. */
export async function panelsWaiting(): Promise<PanelChoice[]> {
  const counts = new Map<string, number>()
  for (const line of await desk.worklist(500)) if (!line.lot) counts.set(line.panel, (counts.get(line.panel) ?? 0) + 1)
  return [...counts].map(([panel, samples]) => ({ panel, samples })).sort((a, b) => b.samples - a.samples)
}

export const fetchWorksheet = (panel: string, after: string | null): Promise<Worksheet> => desk.worksheet(panel, after, samplesMax)
