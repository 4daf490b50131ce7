// A worksheet as values and pure steps: cells, moving, pasting, undoing. Nothing here knows a browser.
import type { JudgedCell, Limit, Worksheet, WorksheetAnalyte, WorksheetSample } from '../api/types'

export interface Judgement {
  verdict?: string
  reason?: string
  explanation?: string
  limit?: Limit
  unit?: string
}

export interface Cell {
  /** In the node's store. Another value over it is a correction, which needs a reason. */
  stored: string
  /** Typed and not saved; empty for nothing. */
  typed: string
  judged: Judgement | null
  storedJudged: Judgement | null
  /** Why it was not saved or not judged. */
  trouble: string
  /** Another value that somebody has given meanwhile: it counts, and stands in `stored`. */
  other: OtherValue | null
}

export interface OtherValue {
  value: string
  person?: string
  at?: string
}

export interface Place {
  row: number
  column: number
}

export interface Change {
  key: string
  before: string
  after: string
}

export interface Sheet {
  panel: string
  samples: WorksheetSample[]
  analytes: WorksheetAnalyte[]
  cells: Map<string, Cell>
  next: string | null
}

export const keyOf = (number: string, analyte: string): string => `${number}\t${analyte}`

export function partsOf(key: string): { number: string; analyte: string } {
  const tab = key.indexOf('\t')
  return { number: key.slice(0, tab), analyte: key.slice(tab + 1) }
}

export function sheetOf(worksheet: Worksheet): Sheet {
  const cells = new Map<string, Cell>()
  for (const sample of worksheet.samples) {
    for (const { analyte } of worksheet.analytes) {
      const value = sample.values[analyte]
      const judged = value?.verdict ? value : null
      cells.set(keyOf(sample.number, analyte), { stored: value?.value ?? '', typed: '', judged, storedJudged: judged, trouble: '', other: null })
    }
  }
  return { panel: worksheet.panel, samples: worksheet.samples, analytes: worksheet.analytes, cells, next: worksheet.next }
}

/** The key of a place; rows are samples, unless rows and columns are swapped. */
export function keyAt(sheet: Sheet, place: Place, swapped: boolean): string {
  const sample = sheet.samples[swapped ? place.column : place.row]
  const analyte = sheet.analytes[swapped ? place.row : place.column]
  return sample && analyte ? keyOf(sample.number, analyte.analyte) : ''
}

export const sizeOf = (sheet: Sheet, swapped: boolean): { rows: number; columns: number } =>
  swapped ? { rows: sheet.analytes.length, columns: sheet.samples.length } : { rows: sheet.samples.length, columns: sheet.analytes.length }

/** Full-width digits, signs and points become what the node reads; a comma for the point stays, so that a person sees it refused. */
export const tidy = (text: string): string => text.normalize('NFKC').trim()

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0], 'Shift+Enter': [-1, 0], Tab: [0, 1], 'Shift+Tab': [0, -1],
  PageUp: [-10, 0], PageDown: [10, 0],
}

/** Where a key leads. Enter at the bottom goes on at the top of the next column, Tab at the end of a row likewise; null to leave the grid. */
export function moved(from: Place, key: string, size: { rows: number; columns: number }): Place | null {
  const step = moves[key]
  if (!step || size.rows === 0 || size.columns === 0) return from
  let { row, column } = { row: from.row + step[0], column: from.column + step[1] }
  if (key === 'Enter' && row >= size.rows) [row, column] = [0, column + 1]
  if (key === 'Shift+Enter' && row < 0) [row, column] = [size.rows - 1, column - 1]
  if (key === 'Tab' && column >= size.columns) [row, column] = [row + 1, 0]
  if (key === 'Shift+Tab' && column < 0) [row, column] = [row - 1, size.columns - 1]
  const leaves = key.endsWith('Tab') && (row < 0 || row >= size.rows)
  if (leaves) return null
  const within = (value: number, count: number) => Math.max(0, Math.min(value, count - 1))
  return { row: within(row, size.rows), column: within(column, size.columns) }
}

/** What typing `text` changes. Over a result it is a correction; its own text again, or none, takes the correction back. */
export function typing(sheet: Sheet, key: string, text: string): Change[] {
  const cell = sheet.cells.get(key)
  const wanted = tidy(text)
  const after = cell && wanted === cell.stored ? '' : wanted
  if (!cell || cell.typed === after) return []
  return [{ key, before: cell.typed, after }]
}

export interface Pasted {
  changes: Change[]
  /** Cells of the paste beyond the sheet, or upon results: those are corrected one by one, never in passing. */
  outside: number
}

/** A block of cells put down with its first corner at `at`. Empty cells of the block leave what is there. */
export function pasting(sheet: Sheet, at: Place, rows: readonly (readonly string[])[], swapped: boolean): Pasted {
  const pasted: Pasted = { changes: [], outside: 0 }
  rows.forEach((cells, i) =>
    cells.forEach((text, j) => {
      if (tidy(text) === '') return
      const key = keyAt(sheet, { row: at.row + i, column: at.column + j }, swapped)
      const cell = sheet.cells.get(key)
      if (!cell || cell.stored !== '') pasted.outside++
      else pasted.changes.push(...typing(sheet, key, text))
    }),
  )
  return pasted
}

export function apply(sheet: Sheet, changes: readonly Change[], back = false): void {
  for (const { key, before, after } of changes) {
    const cell = sheet.cells.get(key)
    if (!cell) continue
    cell.typed = back ? before : after
    cell.judged = cell.typed === '' ? cell.storedJudged : null
    cell.trouble = ''
    if (cell.typed === '') cell.other = null
  }
}

/** What is stored by now goes into the sheet and what was typed stays; over a value that has come since, typing is a
 * correction from now on. */
export function catchUp(sheet: Sheet, fresh: Sheet, keys: Iterable<string>): void {
  for (const key of keys) {
    const [cell, now] = [sheet.cells.get(key), fresh.cells.get(key)]
    if (!cell || !now || now.stored === '') continue
    if (cell.typed === now.stored) Object.assign(cell, { typed: '', trouble: '', other: null })
    else if (cell.typed !== '' && cell.stored !== now.stored) cell.other = { value: now.stored }
    cell.stored = now.stored
    cell.storedJudged = now.storedJudged
    if (cell.typed === '') cell.judged = now.storedJudged
  }
}

/** Puts verdicts where their values still stand; a verdict on what has been typed over since is dropped. */
export function judge(sheet: Sheet, asked: ReadonlyMap<string, string>, judged: readonly JudgedCell[], saying: (cell: JudgedCell) => string): void {
  for (const one of judged) {
    const key = keyOf(one.number, one.analyte)
    const cell = sheet.cells.get(key)
    if (!cell || cell.typed !== asked.get(key)) continue
    cell.judged = one.ok ? one : null
    cell.trouble = one.ok ? '' : saying(one)
  }
}

export const isCorrection = (cell: Cell): boolean => cell.stored !== '' && cell.typed !== ''

export const unsaved = (sheet: Sheet): string[] => [...sheet.cells].filter(([, cell]) => cell.typed !== '').map(([key]) => key)

/** What was done, for undoing. A new step forgets what was undone. */
export class Steps {
  private done: Change[][] = []
  private undone: Change[][] = []
  get canUndo(): boolean { return this.done.length > 0 }
  get canRedo(): boolean { return this.undone.length > 0 }
  take(changes: Change[]): void {
    if (changes.length === 0) return
    this.done.push(changes)
    this.undone = []
  }
  undo(): Change[] {
    const last = this.done.pop()
    if (last) this.undone.push(last)
    return last ?? []
  }
  redo(): Change[] {
    const last = this.undone.pop()
    if (last) this.done.push(last)
    return last ?? []
  }
  /** Saved cells cannot be undone any more. */
  forget(keys: ReadonlySet<string>): void {
    const rest = (steps: Change[][]) => steps.map((step) => step.filter((change) => !keys.has(change.key))).filter((step) => step.length > 0)
    this.done = rest(this.done)
    this.undone = rest(this.undone)
  }
}
