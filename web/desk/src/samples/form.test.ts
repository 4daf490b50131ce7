import { describe, expect, it } from 'vitest'
import type { AskedField } from '../api/types'
import { fieldRefused, grouped, isTyped } from './form'

const field = (code: string, section: string, required: boolean): AskedField => ({ code, section, required, name: code, name_en: code, kind: 'text', choices: [] })

it('keeps the order of the form and puts what is needed first', () => {
  const sections = grouped([field('a', 'head', false), field('b', 'sample', true), field('c', 'head', true), field('d', 'sample', false)])
  expect(sections.map((one) => one.name)).toEqual(['head', 'sample'])
  expect(sections[0]!.needed.map((one) => one.code)).toEqual(['c'])
  expect(sections[1]!.optional.map((one) => one.code)).toEqual(['d'])
})

const start = { sampled_on: '2013-06-03', sample_name: '大米', quantity: '', reserve: '', storage: '', second_sampler: '', official_number: '' }

describe('a refused sampling form', () => {
  it('leads to the field that is empty', () => {
    expect(fieldRefused('missing_field', { field: 'Quantity' }, start)).toBe('quantity')
    expect(fieldRefused('missing_field', { field: 'Sample name' }, { ...start, sample_name: ' ' })).toBe('sample_name')
    expect(fieldRefused('missing_field', { field_code: 'packing' }, start)).toBe('packing')
  })
  it('leads to the field that is wrong', () => {
    expect(fieldRefused('same_sampler', {}, start)).toBe('second_sampler')
    expect(fieldRefused('bad_date', {}, start)).toBe('sampled_on')
    expect(fieldRefused('wrong_state', {}, start)).toBe('')
  })
})

describe('leaving a sampling form', () => {
  it('loses what was typed, not what stood there', () => {
    expect(isTyped(start, { ...start }, { packing: '' })).toBe(false)
    expect(isTyped(start, { ...start, quantity: '2.5 kg' }, {})).toBe(true)
    expect(isTyped(start, { ...start }, { packing: '散装' })).toBe(true)
  })
})
