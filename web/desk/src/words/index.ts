import { giveWords } from '@qlims/kit/frame/words.ts'
import { dictionary } from '@qlims/kit/language.ts'
import { en } from './en'
import './sentences'
import { zh } from './zh'

/** The words of the chosen language; in a template `w.pages.today`, in a script `w.value.pages.today`. */
export const words = dictionary(zh, en)
export type Words = typeof words.value

giveWords(words)
