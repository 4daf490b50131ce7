// What holds for the words of every page; each page's test names its own.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flat } from './language.ts'

const below = (folder: string): string[] => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? below(join(folder, name)) : [join(folder, name)]))

/** `source`: the folder with the page's components. */
export function testDictionary(zh: object, en: object, source: string) {
  describe('the dictionary', () => {
    const chinese = flat(zh)
    const english = flat(en)
    it('has the same keys in both languages, none of them empty', () => {
      expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
      for (const [key, text] of [...chinese, ...english]) expect(text, key).not.toBe('')
    })
    it('has no Chinese in English, but for the name of the other language', () => {
      const left = [...english].filter(([key, text]) => key !== 'app.otherLanguage' && /\p{Script=Han}/u.test(text))
      expect(left).toEqual([])
    })
    it('is the only place with words: no template has Chinese of its own', () => {
      for (const file of below(source).filter((name) => name.endsWith('.vue'))) {
        const template = /<template>([\s\S]*)<\/template>/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
        expect(template.replace(/[：、（）]/g, '').match(/\p{Script=Han}+/gu), file).toBeNull()
      }
    })
  })
}
