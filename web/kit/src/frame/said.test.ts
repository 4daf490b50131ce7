import { afterEach, expect, it } from 'vitest'
import { language } from '../language.ts'
import { filled, giveSentences, said } from './said.ts'

afterEach(() => { language.value = 'zh' })

it('fills in what the sentence names and leaves out what was not given', () => {
  expect(filled('Sample {number} is gone.', { number: 'SC1' })).toBe('Sample SC1 is gone.')
  expect(filled('[Sample {number}: ]it is gone.', { number: 'SC1' })).toBe('Sample SC1: it is gone.')
  expect(filled('[Sample {number}: ]it is gone.', {})).toBe('it is gone.')
  expect(filled('Sample {number} is gone.', {})).toBeUndefined()
})

it('says it in English where the page is English and has the sentence, else as the server did', () => {
  giveSentences({ kept: 'Keep it until {until}.' }, (name, value) => (name === 'until' ? value.toUpperCase() : value))
  expect(said('kept', '须保存', { until: 'may' })).toEqual({ text: '须保存', lang: 'zh-CN' })
  language.value = 'en'
  expect(said('kept', '须保存', { until: 'may' })).toEqual({ text: 'Keep it until MAY.', lang: 'en' })
  expect(said('kept', '须保存')).toEqual({ text: '须保存', lang: 'zh-CN' })
  expect(said('other', '别的')).toEqual({ text: '别的', lang: 'zh-CN' })
})
