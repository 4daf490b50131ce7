// The dictionary: plain typed objects, Chinese first. A word that another language lacks is a type error, because each
// language has to be of the Chinese one's type.
import { computed, ref, type ComputedRef } from 'vue'
import { remembered, remember } from './memory'

export type Language = 'zh' | 'en'

/** The shape of a dictionary: texts become `string`, texts with figures keep their parameters. */
export type Shape<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends (...args: infer A) => string ? (...args: A) => string : Shape<T[K]>
}

export const language = ref<Language>(remembered('language') === 'en' ? 'en' : 'zh')

export function setLanguage(next: Language): void {
  language.value = next
  remember('language', next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

export function dictionary<T>(zh: T, en: Shape<T>): ComputedRef<Shape<T>> {
  return computed(() => (language.value === 'zh' ? (zh as Shape<T>) : en))
}

/** The word for a stable name of the interface; the name itself when a newer server knows more than this page. */
export function wordFor(words: Readonly<Record<string, string>>, name: string): string {
  return Object.prototype.hasOwnProperty.call(words, name) ? words[name]! : name
}

/** Every key path of a dictionary with its text, for tests. */
export function flat(words: object, prefix = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const path = prefix ? `${prefix}.${key}` : key
    if (typeof value === 'string') all.set(path, value)
    else if (typeof value === 'function') all.set(path, String((value as (...args: unknown[]) => string)(1, 1, 1)))
    else for (const [inner, text] of flat(value as object, path)) all.set(inner, text)
  }
  return all
}
