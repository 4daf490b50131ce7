import { expect, test } from 'vitest'
import { pageOf, queryOf, taskFilterIn, taskOfPage } from './filter'

test('a filter goes into the address and comes back, and nothing else does', () => {
  const query = { plan: '2', state: 'granted', laboratory: '3', q: '豇豆', nobody: '1', page: '7', overdue: 'yes' }
  const filter = taskFilterIn(query)
  expect(filter).toEqual({ plan: '2', state: 'granted', laboratory: '3', q: '豇豆', nobody: true })
  expect(taskFilterIn(queryOf(filter))).toEqual(filter)
  expect(queryOf({})).toEqual({})
})

test('the address of a task has no dot and leads back to it', () => {
  expect(pageOf('T-1.1-38')).toBe('/samples/T-1_1-38')
  expect(taskOfPage('T-1_1-38')).toBe('T-1.1-38')
})
