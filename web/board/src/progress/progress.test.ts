import { expect, it } from 'vitest'
import type { TaskLine, TaskState } from '../api/types'
import { progressOf, secondsSince } from './progress'

const task = (laboratory: number | null, state: TaskState, due: string) => ({ laboratory, state, due }) as TaskLine

it('counts what is open and what is late', () => {
  const found = progressOf(
    [task(1, 'judged', '2013-01-01'), task(1, 'granted', '2013-06-02'), task(1, 'granted', '2013-06-03'), task(2, 'allocated', '2014-01-01'), task(2, 'cancelled', '2013-01-01'), task(null, 'planned', '2013-01-01')],
    '2013-06-03',
  )
  expect(found.get(1)).toEqual({ tasks: 3, judged: 1, open: 2, overdue: 1 })
  expect(found.get(2)).toEqual({ tasks: 1, judged: 0, open: 1, overdue: 0 })
  expect(found.size).toBe(2)
})

it('never sees the future', () => expect(secondsSince('2013-06-03T00:00:05Z', Date.parse('2013-06-03T00:00:00Z'))).toBe(0))
