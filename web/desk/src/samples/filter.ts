import type { SampleLine } from '../api/types'

/** Whether a line shows every word of the filter somewhere. */
export function fits(line: Pick<SampleLine, 'number' | 'blind_code' | 'commodity' | 'panel' | 'task' | 'stage'>, filter: string): boolean {
  const text = `${line.number} ${line.blind_code} ${line.commodity} ${line.panel} ${line.task} ${line.stage}`.toLowerCase()
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}
