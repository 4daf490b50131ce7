import { expect, test } from 'vitest'
import { tableOf } from './table'

test('a laboratory is one row, whatever its name is written with', () => {
  expect(tableOf({ id: 27, name: ' 甲站,"一部" ', city: '510100', capacity: 300, panels: ['VEGA', 'FRUA'] })).toBe('编号,实验室,市州代码,容量,检测包\n27,"甲站,""一部""",510100,300,VEGA FRUA\n')
})
