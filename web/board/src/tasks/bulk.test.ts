import { Problem } from '@qlims/kit/api.ts'
import { expect, test } from 'vitest'
import { candidatesFor, doEach, mayCancel, mayReassign, mayRecall, reserveFor, type Acted } from './bulk'

const task = (state: string, panel = 'VEGA', node: number | null = 1): Acted => ({ state, panel, node }) as Acted

test('what is refused is told, and the rest is done all the same', async () => {
  const seen: string[] = []
  const outcome = await doEach(['a', 'b', 'c'], async (one) => {
    seen.push(one)
    if (one === 'b') throw new Problem(409, 'conflict', '已判定')
  })
  expect(seen).toEqual(['a', 'b', 'c'])
  expect(outcome.done).toBe(2)
  expect(outcome.refused.map(({ task: id, problem }) => [id, problem.detail])).toEqual([['b', '已判定']])
})

test('when nobody answers any more, nothing further is tried', async () => {
  let calls = 0
  const outcome = await doEach(['a', 'b', 'c'], async () => {
    calls++
    throw new Problem(0, 'unreachable', '')
  })
  expect([calls, outcome.done, outcome.refused.length]).toEqual([1, 0, 1])
})

test('what may be done is said by the states of all that are chosen', () => {
  expect([mayRecall([]), mayReassign([]), mayCancel([])]).toEqual([false, false, false])
  expect(mayRecall([task('granted'), task('allocated')])).toBe(false)
  expect(mayReassign([task('granted'), task('allocated')])).toBe(true)
  expect(mayReassign([task('planned')])).toBe(false)
  expect(mayCancel([task('planned'), task('granted')])).toBe(true)
  expect(mayCancel([task('judged')])).toBe(false)
})

test('a reserve is named for one sample and never for several', () => {
  expect(reserveFor([task('granted')], ' B-02 ')).toBe('B-02')
  expect(reserveFor([task('granted'), task('granted')], 'B-02')).toBeNull()
})

test('only nodes in use of laboratories that do all the panels are offered', () => {
  const offers = [{ id: 1, panels: ['VEGA'] }, { id: 2, panels: ['VEGA', 'FRUA'] }]
  const node = (id: number, revoked = false) => ({ id, name: `bench-${id}`, revoked, connected: true })
  const places = [{ id: 1, name: '甲', nodes: [node(1), node(2, true)] }, { id: 2, name: '乙', nodes: [node(3)] }]
  expect(candidatesFor([task('granted')], offers, places).map((one) => one.node)).toEqual([3])
  expect(candidatesFor([task('granted', 'VEGA', 9)], offers, places).map((one) => one.node)).toEqual([1, 3])
  expect(candidatesFor([task('granted', 'VEGA', 9), task('granted', 'FRUA', 9)], offers, places).map((one) => one.node)).toEqual([3])
  expect(candidatesFor([task('granted', 'MEAA')], offers, places)).toEqual([])
})
