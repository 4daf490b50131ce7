// The sentence of a refusal in the language of the page. The server says it in Chinese, with a stable code and what the
// sentence names (`params`); a page may have a sentence of its own for a code.
import { language } from '../language.ts'

/** By code. `{name}` is replaced by that parameter; a part in [brackets] is left out when one in it was not given. */
export type Sentences = Readonly<Record<string, string>>

let english: Sentences = {}
let inWords: (name: string, value: string) => string = (_, value) => value

/** `words`: a parameter's value as people read it, such as the name of a state. */
export function giveSentences(sentences: Sentences, words: (name: string, value: string) => string): void {
  english = sentences
  inWords = words
}

export interface Said {
  text: string
  lang: 'zh-CN' | 'en'
}

/** Undefined when a parameter outside of brackets is missing. */
export function filled(sentence: string, params: Readonly<Record<string, string>>): string | undefined {
  let whole = true
  const fill = (text: string): string | undefined => {
    let complete = true
    const out = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name]
      if (value === undefined) complete = false
      return value === undefined ? '' : inWords(name, value)
    })
    return complete ? out : undefined
  }
  const text = sentence.replace(/\[([^\]]*)\]/g, (_, part: string) => fill(part) ?? '')
  const out = fill(text)
  if (out === undefined) whole = false
  return whole ? out : undefined
}

export function said(code: string, detail: string, params: unknown = {}): Said {
  const sentence = language.value === 'en' && Object.prototype.hasOwnProperty.call(english, code) ? english[code] : undefined
  const known = typeof params === 'object' && params !== null ? (params as Record<string, string>) : {}
  const text = sentence === undefined ? undefined : filled(sentence, known)
  return text === undefined ? { text: detail, lang: 'zh-CN' } : { text, lang: 'en' }
}
