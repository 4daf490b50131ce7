import { expect, test } from 'vitest'
import type { DiaryRow } from '../api/office-types'
import { claimOf, entriesOf } from './diary'

const hash = 'a'.repeat(64)
let sequence = 9
const row = (at: string, kind: string, subject: string): DiaryRow => ({ sequence: sequence--, previous: hash, at, kind, subject, form: null, parts: {} })

test('what came of a request is its person’s, and what the coordinator did by itself is nobody’s', () => {
  const entries = entriesOf([
    row('t3', 'clock_fired', 'task T-1.1-1 report due 2013-06-03'),
    row('t2', 'accepted', 'node 1 incarnation 1 events 1..3 head x counted 1 late 0 quarantined 0'),
    row('t2', 'task_cancelled', 'task T-1.1-2: 停产'),
    row('t2', 'person_decided', `planner POST /api/v1/tasks/T-1.1-2/cancel sha256 ${hash}`),
    row('t1', 'task_cancelled', 'task T-1.1-1: 停产'),
    row('t1', 'exception_decided', 'event 1.1.3 rejected by li: 不用'),
  ])
  expect(entries.map(({ who }) => who)).toEqual(['', '', 'planner', 'planner', '', 'li'])
  expect(entries[3]).toMatchObject({ request: 'POST tasks/cancel', about: 'T-1.1-2' })
  expect(entries.map((one) => one.sequence)).toEqual([9, 8, 7, 6, 5, 4])
})

test('requests without a number are named as they are', () => {
  const [settled] = entriesOf([row('t', 'person_decided', `li POST /api/v1/quarantine/resolve sha256 ${hash}`)])
  expect(settled).toMatchObject({ who: 'li', request: 'POST quarantine/resolve', about: '' })
  const [odd] = entriesOf([row('t', 'person_decided', 'something else')])
  expect(odd).toMatchObject({ who: '', request: '', row: { subject: 'something else' } })
})

test('who decided is a part of the entry, where it was taken apart', () => {
  const [decided] = entriesOf([{ ...row('t', 'exception_decided', 'event 1.1.3 rejected by li: said by wang'), form: 'exception_decided', parts: { person: 'li', reason: 'said by wang' } }])
  expect(decided!.who).toBe('li')
})

test('a name that was only claimed is marked', () => {
  expect(claimOf('?wang')).toEqual({ name: 'wang', claimed: true })
  expect(claimOf('li')).toEqual({ name: 'li', claimed: false })
})
