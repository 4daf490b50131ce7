// Which rows of a long list are in the document: those that can be seen and a few beyond, never more than `rowsMax`.

export const rowsMax = 60

export interface Window {
  first: number
  /** One past the last. */
  end: number
}

/** Rows of one height in a box of `boxPx` that is scrolled to `topPx`. */
export function windowOf(count: number, rowPx: number, topPx: number, boxPx: number): Window {
  if (count === 0 || rowPx <= 0) return { first: 0, end: 0 }
  const seen = Math.ceil(boxPx / rowPx) + 1
  const spare = Math.max(0, Math.min(8, Math.floor((rowsMax - seen) / 2)))
  const top = Math.max(0, Math.floor(topPx / rowPx))
  const first = Math.max(0, Math.min(top - spare, count - 1))
  const end = Math.min(count, top + seen + spare, first + rowsMax)
  return { first, end: Math.max(end, first) }
}

/** Whether the next page of a list should be fetched: its end is less than a screen away. */
export function nearEnd(loaded: number, shown: Window): boolean {
  return shown.end + (shown.end - shown.first) >= loaded
}
