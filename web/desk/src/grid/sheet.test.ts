import { describe, expect, it } from 'vitest'
import type { Worksheet } from '../api/types'
import { apply, catchUp, isCorrection, judge, keyAt, keyOf, moved, pasting, sheetOf, sizeOf, Steps, typing, unsaved } from './sheet'

const analyte = (name: string) => ({ analyte: name, unit: 'mg/kg', method: '', lod: '', loq: '', reference_only: false })
const sample = (number: string, values = {}) => ({ number, blind_code: '', commodity: '', due: '', state: 'received' as const, values })
const worksheet = (): Worksheet => ({
  panel: 'VEGA', next: null, analytes: ['铅', '镉', '汞'].map(analyte),
  samples: [sample('S1'), sample('S2', { 镉: { value: '0.01', unit: 'mg/kg', verdict: 'pass' } })],
})
const size = { rows: 2, columns: 3 }

describe('a worksheet', () => {
  it('knows what has a result', () => {
    const sheet = sheetOf(worksheet())
    expect(sheet.cells.get(keyOf('S2', '镉'))).toMatchObject({ stored: '0.01', judged: { verdict: 'pass' } })
    expect(sheet.cells.get(keyOf('S1', '铅'))).toMatchObject({ stored: '', typed: '', judged: null })
  })
  it('may be turned on its side', () => {
    const sheet = sheetOf(worksheet())
    expect(keyAt(sheet, { row: 0, column: 2 }, false)).toBe(keyOf('S1', '汞'))
    expect(keyAt(sheet, { row: 2, column: 0 }, true)).toBe(keyOf('S1', '汞'))
    expect(sizeOf(sheet, true)).toEqual({ rows: 3, columns: 2 })
    expect(keyAt(sheet, { row: 9, column: 0 }, false)).toBe('')
  })
})

describe('what somebody else has given meanwhile', () => {
  const key = keyOf('S1', '铅')
  const now = (value: string) => sheetOf({ ...worksheet(), samples: [sample('S1', { 铅: { value, unit: 'mg/kg', verdict: 'pass' } }), sample('S2')] })
  it('is stored under what was typed, which is a correction from then on and may be given up', () => {
    const sheet = sheetOf(worksheet())
    apply(sheet, typing(sheet, key, '0.02'))
    catchUp(sheet, now('0.03'), [key])
    const cell = sheet.cells.get(key)!
    expect(cell).toMatchObject({ stored: '0.03', typed: '0.02', other: { value: '0.03' } })
    expect(isCorrection(cell)).toBe(true)
    apply(sheet, typing(sheet, key, ''))
    expect(cell).toMatchObject({ stored: '0.03', typed: '', other: null, judged: { verdict: 'pass' } })
  })
  it('keeps who gave it, and is nothing to decide where both are the same', () => {
    const sheet = sheetOf(worksheet())
    const cell = sheet.cells.get(key)!
    Object.assign(cell, { typed: '0.02', stored: '0.03', other: { value: '0.03', person: 'li' } })
    catchUp(sheet, now('0.03'), [key])
    expect(cell.other).toEqual({ value: '0.03', person: 'li' })
    catchUp(sheet, now('0.02'), [key])
    expect(cell).toMatchObject({ typed: '', stored: '0.02', other: null })
  })
  it('fills cells that nobody was in', () => {
    const sheet = sheetOf(worksheet())
    catchUp(sheet, now('0.03'), sheet.cells.keys())
    expect(sheet.cells.get(key)).toMatchObject({ typed: '', stored: '0.03', judged: { verdict: 'pass' } })
  })
})

describe('moving', () => {
  it('goes down with Enter and on to the next column', () => {
    expect(moved({ row: 0, column: 0 }, 'Enter', size)).toEqual({ row: 1, column: 0 })
    expect(moved({ row: 1, column: 0 }, 'Enter', size)).toEqual({ row: 0, column: 1 })
    expect(moved({ row: 1, column: 2 }, 'Enter', size)).toEqual({ row: 0, column: 2 })
  })
  it('goes along with Tab, to the next row, and out of the grid at its end', () => {
    expect(moved({ row: 0, column: 2 }, 'Tab', size)).toEqual({ row: 1, column: 0 })
    expect(moved({ row: 1, column: 2 }, 'Tab', size)).toBeNull()
    expect(moved({ row: 0, column: 0 }, 'Shift+Tab', size)).toBeNull()
  })
  it('stays inside with the arrows', () => {
    expect(moved({ row: 0, column: 0 }, 'ArrowUp', size)).toEqual({ row: 0, column: 0 })
    expect(moved({ row: 0, column: 0 }, 'PageDown', size)).toEqual({ row: 1, column: 0 })
    expect(moved({ row: 0, column: 0 }, 'x', size)).toEqual({ row: 0, column: 0 })
  })
})

describe('typing', () => {
  it('keeps trailing zeros and makes full-width digits half-width', () => {
    expect(typing(sheetOf(worksheet()), keyOf('S1', '铅'), ' ０.０５０ ')).toEqual([{ key: keyOf('S1', '铅'), before: '', after: '0.050' }])
  })
  it('over a result is a correction, and the same text again is none', () => {
    const sheet = sheetOf(worksheet())
    const key = keyOf('S2', '镉')
    expect(typing(sheet, key, '0.01')).toEqual([])
    apply(sheet, typing(sheet, key, '9'))
    expect(sheet.cells.get(key)).toMatchObject({ stored: '0.01', typed: '9', judged: null })
    expect(isCorrection(sheet.cells.get(key)!)).toBe(true)
    apply(sheet, typing(sheet, key, ' 0.01'))
    expect(sheet.cells.get(key)).toMatchObject({ typed: '', judged: { verdict: 'pass' } })
  })
})

describe('pasting', () => {
  it('fills a block, counts what falls outside or on results, and leaves holes alone', () => {
    const sheet = sheetOf(worksheet())
    const { changes, outside } = pasting(sheet, { row: 0, column: 1 }, [['1', '2', '3'], ['4', '']], false)
    expect(changes.map(({ key, after }) => [key, after])).toEqual([[keyOf('S1', '镉'), '1'], [keyOf('S1', '汞'), '2']])
    expect(outside).toBe(2) // the '3' beyond the last column, the '4' upon a result
  })
  it('follows the sheet when it is turned', () => {
    const { changes } = pasting(sheetOf(worksheet()), { row: 0, column: 0 }, [['1'], ['2'], ['3']], true)
    expect(changes.map(({ key }) => key)).toEqual(['铅', '镉', '汞'].map((name) => keyOf('S1', name)))
  })
})

describe('undo', () => {
  it('takes back a whole paste at once, and does it again', () => {
    const sheet = sheetOf(worksheet())
    const steps = new Steps()
    const { changes } = pasting(sheet, { row: 0, column: 0 }, [['1', '2']], false)
    apply(sheet, changes)
    steps.take(changes)
    expect(unsaved(sheet)).toHaveLength(2)
    apply(sheet, steps.undo(), true)
    expect(unsaved(sheet)).toEqual([])
    apply(sheet, steps.redo())
    expect(unsaved(sheet)).toHaveLength(2)
    steps.take([{ key: 'x', before: '', after: '1' }])
    expect(steps.canRedo).toBe(false)
  })
  it('forgets what was saved', () => {
    const steps = new Steps()
    steps.take([{ key: 'a', before: '', after: '1' }, { key: 'b', before: '', after: '2' }])
    steps.forget(new Set(['a']))
    expect(steps.undo().map(({ key }) => key)).toEqual(['b'])
    steps.take([{ key: 'c', before: '', after: '1' }])
    steps.forget(new Set(['c']))
    expect(steps.canUndo).toBe(false)
  })
})

describe('verdicts', () => {
  it('are dropped when the cell says something else by now', () => {
    const sheet = sheetOf(worksheet())
    const key = keyOf('S1', '铅')
    apply(sheet, typing(sheet, key, '0.2'))
    const answer = [{ number: 'S1', analyte: '铅', ok: true, verdict: 'pass' }]
    judge(sheet, new Map([[key, '0.1']]), answer, () => '')
    expect(sheet.cells.get(key)?.judged).toBeNull()
    judge(sheet, new Map([[key, '0.2']]), answer, () => '')
    expect(sheet.cells.get(key)?.judged?.verdict).toBe('pass')
  })
})
