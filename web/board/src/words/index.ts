import { giveWords } from '@qlims/kit/frame/words.ts'
import { dictionary } from '@qlims/kit/language.ts'
import { en } from './en'
import { zh } from './zh'

export const words = dictionary(zh, en)
export type Words = typeof words.value

giveWords(words)
