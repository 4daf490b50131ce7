import { expect, it } from 'vitest'
import type { AskedField } from '../api/types'
import { grouped } from './form'

const field = (code: string, section: string, required: boolean): AskedField => ({ code, section, required, name: code, name_en: code, kind: 'text', choices: [] })

it('keeps the order of the form and puts what is needed first', () => {
  const sections = grouped([field('a', 'head', false), field('b', 'sample', true), field('c', 'head', true), field('d', 'sample', false)])
  expect(sections.map((one) => one.name)).toEqual(['head', 'sample'])
  expect(sections[0]!.needed.map((one) => one.code)).toEqual(['c'])
  expect(sections[1]!.optional.map((one) => one.code)).toEqual(['d'])
})
