import { Problem } from '@qlims/kit/api.ts'
import { expect, it } from 'vitest'
import { isWorkbook, rejectionOf } from './problem'

it('reads the rows of a refusal and the returned file', () => {
  const errors = [{ row: 4, column: '检测包', value: 'NOPE', message: '没有这个检测包' }]
  const rejection = rejectionOf(new Problem(422, 'plan_rejected', '', { errors, error_count: 7, error_file: btoa('PK\x03\x04') }))!
  expect(rejection.errors).toEqual(errors)
  expect(rejection.count).toBe(7)
  expect(isWorkbook(rejection.file!)).toBe(true)
  expect(isWorkbook(new TextEncoder().encode('项目,市州'))).toBe(false)
})

it('leaves other refusals alone', () => expect(rejectionOf(new Problem(422, 'plan_unreadable', ''))).toBeNull())
