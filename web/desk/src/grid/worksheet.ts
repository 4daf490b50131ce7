// Fetching a worksheet. A node that does not make them yet has all that is in one, page by page.
import { Problem } from '@qlims/kit/api.ts'
import { desk } from '../api/desk'
import type { Item, SamplePage, Worksheet, WorksheetSample } from '../api/types'

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

export async function fetchWorksheet(panel: string, after: string | null): Promise<Worksheet> {
  try {
    return await desk.worksheet(panel, after, samplesMax)
  } catch (thrown) {
    if (!(thrown instanceof Problem) || (thrown.code !== 'no_such_address' && thrown.code !== 'method_not_allowed')) throw thrown
    return compose(panel)
  }
}

async function compose(panel: string): Promise<Worksheet> {
  const numbers = (await desk.worklist(500)).filter((line) => line.panel === panel && !line.lot).slice(0, samplesMax).map((line) => line.number)
  const pages: SamplePage[] = []
  for (const number of numbers) pages.push(await desk.sample(number))
  const first = pages[0]
  const analyteOf = ({ analyte, panel_unit, method, lod, loq, reference_only }: Item) => ({ analyte, unit: panel_unit, method, lod, loq, reference_only })
  return { panel, analytes: first ? first.items.map(analyteOf) : [], samples: pages.map(sampleOf), next: null }
}

function sampleOf(page: SamplePage): WorksheetSample {
  const values = page.items.filter((item) => item.value !== undefined).map((item) => [item.analyte, { ...item, value: item.value ?? '', unit: item.unit ?? '' }])
  return { number: page.number, blind_code: page.blind_code, commodity: page.commodity, due: page.due, state: page.state, values: Object.fromEntries(values) }
}
