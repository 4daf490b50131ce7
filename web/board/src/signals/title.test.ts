import { expect, test } from 'vitest'
import { titleOf } from './title'

test('plans for two reports of one product have two titles', () => {
  expect(titleOf({ signal: 3, product: '菠菜' })).toBe('菠菜（第 3 号报告）')
  expect(titleOf({ signal: 4, product: '菠菜' })).not.toBe(titleOf({ signal: 3, product: '菠菜' }))
})

test('a long name leaves room for the number', () => {
  const title = titleOf({ signal: 12, product: '长'.repeat(200) })
  expect(title).toHaveLength(80)
  expect(title).toMatch(/（第 12 号报告）$/)
})
