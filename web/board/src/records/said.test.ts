import { expect, test } from 'vitest'
import { en } from '../words/en'
import { zh } from '../words/zh'
import type { Words } from '../words'
import { tell } from './said'

const row = (form: string | null, parts: Record<string, string>, subject = 'as stored') => ({ form, parts, subject })
const both = (one: ReturnType<typeof row>): [string, string] => [tell(one, zh as Words).text, tell(one, en as Words).text]

test('a sentence is said in both languages, with its states in words', () => {
  expect(both(row('clock_fired', { task: 'T-1.1-1', clock: 'report', due: '2013-06-03T16:00:00.000Z' }))).toEqual(['检验报告，期限 2013-06-04 00:00', 'test report, due 2013-06-04 00:00'])
  expect(both(row('granted', { node: '3', first: '17', last: '17', hash: 'a'.repeat(64) }))).toEqual(['指令 17，给 节点 3，散列 aaaaaaaaaaaa…', 'orders 17 to node 3, hash aaaaaaaaaaaa…'])
  expect(both(row('accepted', { node: '1', incarnation: '1', first: '2', last: '5', hash: 'a', counted: '1', late: '0', quarantined: '0' }))[1]).toBe('events 2–5: 1 counted, 0 late, 0 quarantined; node 1, incarnation 1')
  expect(tell(row('granted', { node: '3', first: '1', last: '2', hash: 'a' }), en as Words, () => 'Chengdu bench-1').text).toContain('to Chengdu bench-1')
})

test('what a person wrote stays as it is, and a kind may say it all', () => {
  expect(tell(row('task_cancelled', { task: 'T-1.1-2', reason: '停产' }), en as Words)).toEqual({ task: 'T-1.1-2', text: '', reason: '停产', known: true })
})

test('words that nobody knows are shown as they are stored', () => {
  expect(tell(row(null, {}, 'task T-1.1-7 something'), en as Words)).toEqual({ task: 'T-1.1-7', text: 'task T-1.1-7 something', reason: '', known: false })
  expect(tell(row('granted', { node: '3' }), en as Words).known).toBe(false)
})
