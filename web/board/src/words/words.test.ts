import { testDictionary } from '@qlims/kit/dictionary.testing.ts'
import { en } from './en'
import { zh } from './zh'

testDictionary(zh, en, new URL('..', import.meta.url).pathname)
