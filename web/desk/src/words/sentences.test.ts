import { expect, it } from 'vitest'
import { en } from './en'
import { sentences } from './sentences'

it('has no Chinese, and a title beside every sentence', () => {
  for (const [code, sentence] of Object.entries(sentences)) {
    expect(/\p{Script=Han}/u.test(sentence), code).toBe(false)
    expect(Object.keys(en.problem.titles), code).toContain(code)
  }
})
