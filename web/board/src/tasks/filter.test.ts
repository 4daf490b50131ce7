import { expect, test } from 'vitest'
import { queryOf, taskFilterIn } from './filter'

test('a filter goes into the address and comes back, and nothing else does', () => {
  const query = { plan: '2', state: 'granted', laboratory: '3', q: '豇豆', nobody: '1', page: '7', overdue: 'yes' }
  const filter = taskFilterIn(query)
  expect(filter).toEqual({ plan: '2', state: 'granted', laboratory: '3', q: '豇豆', nobody: true })
  expect(taskFilterIn(queryOf(filter))).toEqual(filter)
  expect(queryOf({})).toEqual({})
})
