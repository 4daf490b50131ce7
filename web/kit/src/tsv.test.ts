import { describe, expect, it } from 'vitest'
import { parseTsv, toTsv } from './tsv'

describe('cells from a spreadsheet', () => {
  it('come in rows and columns, with the line end that spreadsheets put last', () => {
    expect(parseTsv('0.05\tND\r\n<0.01\t0.050\r\n')).toEqual([['0.05', 'ND'], ['<0.01', '0.050']])
  })
  it('may be empty', () => {
    expect(parseTsv('\t\n1\t')).toEqual([['', ''], ['1', '']])
    expect(parseTsv('')).toEqual([])
  })
  it('may hold tabs, line ends and quotes between quotes', () => {
    expect(parseTsv('"a\tb"\t"x ""y"""\n"1\n2"\tz')).toEqual([['a\tb', 'x "y"'], ['1\n2', 'z']])
  })
  it('go out as they came in', () => {
    const rows = [['a\tb', 'x "y"'], ['', '0.050']]
    expect(parseTsv(toTsv(rows))).toEqual(rows)
  })
})
