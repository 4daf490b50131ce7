import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { groupsOf, typeOf, type Description } from './description'

const all = JSON.parse(readFileSync(new URL('../../../../coordinator/board/openapi.json', import.meta.url), 'utf8')) as Description

test('every address of the description is listed once, with what it takes and gives', () => {
  const listed = groupsOf(all).flatMap((group) => group.entries.map((one) => `${one.method} ${one.path}`))
  const described = Object.entries(all.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  expect([...listed].sort()).toEqual([...described].sort())
  const accept = groupsOf(all).flatMap((group) => group.entries).find((one) => one.path === '/api/v1/objections/{task}/accept')!
  expect(accept.parameters.map((one) => one.name)).toEqual(['task'])
  expect(accept.body.find((one) => one.name === 'reason')?.required).toBe(true)
  expect(accept.answer.some((one) => one.name === 'state')).toBe(true)
})

test('a text finds addresses by path, method and summary', () => {
  const found = groupsOf(all, 'notices/{task}/pdf').flatMap((group) => group.entries)
  expect(found.map((one) => one.gives)).toEqual([['application/pdf']])
  expect(groupsOf(all, 'nothing has this')).toEqual([])
})

test('a kind of value is said in a few words', () => {
  expect(typeOf({ type: ['string', 'null'], format: 'date-time' })).toBe('string | null (date-time)')
  expect(typeOf({ type: 'array', items: { $ref: '#/components/schemas/Notice' } })).toBe('Notice[]')
  expect(typeOf({ enum: ['csv', 'pdf'] })).toBe('csv | pdf')
})
