// What a plan that follows a report is called until somebody calls it something else.
import type { SignalLine } from '../enterprises/api'

const longest = 80

/** Two plans of a year cannot have one title, and two reports may be of one product: it says which report it is. In Chinese, like all that is planned. */
export function titleOf(signal: Pick<SignalLine, 'signal' | 'product'>): string {
  const report = `（第 ${signal.signal} 号报告）`
  return `${signal.product.slice(0, longest - report.length)}${report}`
}
