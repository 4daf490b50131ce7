// Who may sign what, as far as the page can know; the node decides again.
import type { SampleLine } from '../api/types'

export type Step = 'review' | 'approve'

/** Four eyes: an analyst does not review their own work, a reviewer does not approve what they reviewed. */
export function maySign(step: Step, line: Pick<SampleLine, 'analyst' | 'reviewer'>, person: string): boolean {
  if (line.analyst === person) return false
  return step === 'review' || line.reviewer !== person
}
