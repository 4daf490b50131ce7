// What comes out of a hand scanner, which types faster than any person and ends with Enter.

/** Between two characters. Scanners send one every 1 to 50 ms, fast typists one every 100 ms or so. */
export const scannerPauseMsMax = 80

/** What was scanned as the label says it: half-width, without blanks around. `mended` when an input method had its way. */
export function plain(text: string): { text: string; mended: boolean } {
  const half = text.normalize('NFKC').replace(/[\r\n]+$/, '').trim()
  return { text: half, mended: half !== text.trim() }
}

/** Whether keys pressed at these times (ms) came from a scanner. Two keys say nothing about a rhythm. */
export function isScanner(times: readonly number[]): boolean {
  if (times.length < 3) return false
  const span = times[times.length - 1]! - times[0]!
  return span / (times.length - 1) <= scannerPauseMsMax
}
