import { expect, test } from 'vitest'
import type { NodeLine } from '../api/types'
import { zh } from '../words/zh'
import { agoOf, doubtsOf, enrolCommand, secondsSince } from './node'

const node = (more: Partial<NodeLine>): NodeLine => ({ revoked: false, frozen: false, forks: 0, waived: false, incarnation: 1, clock_skew: null, ...more }) as NodeLine

test('a node in good order has nothing to be said of; a copied one has', () => {
  expect(doubtsOf(node({}), zh.progress)).toEqual([])
  expect(doubtsOf(node({ clock_skew: { direction: 'behind', seconds: 600 } }), zh.progress)).toEqual([{ word: '时钟慢 10 分钟', tone: 'wait' }])
  expect(doubtsOf(node({ frozen: true, forks: 2 }), zh.progress).map(({ tone }) => tone)).toEqual(['fail', 'fail'])
})

test('how long ago is said in the unit that a person would use', () => {
  const now = Date.parse('2013-06-03T09:00:00Z')
  expect(secondsSince('2013-06-03T09:00:05Z', now)).toBe(0)
  expect(agoOf('2013-06-03T08:59:00Z', now, zh.progress)).toBe('60 秒前')
  expect(agoOf('2013-06-03T08:00:00Z', now, zh.progress)).toBe('60 分钟前')
  expect(agoOf('2013-06-01T09:00:00Z', now, zh.progress)).toBe('2 天前')
})

test('what is typed at the bench PC survives a shell', () => {
  expect(enrolCommand({ ticket: 'ABC@tcp://h:1#k$y`', endpoint: 'tcp://h:2' }, "o'brien")).toBe("printf '%s\\n' 'ABC@tcp://h:1#k$y`' | lab-node --data data --http 127.0.0.1:7100 --coordinator tcp://h:2 --enrol - --name 'obrien'")
})
