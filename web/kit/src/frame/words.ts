// The words that the shared parts of a page need; each page gives its own dictionary, which holds them, at its start.
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { Shape } from '../language.ts'
import type { frame } from './zh.ts'

export interface FrameWords extends Shape<typeof frame> {
  readonly app: Shape<typeof frame>['app'] & { readonly name: string }
  readonly common: { readonly loading: string; readonly cancel: string; readonly save: string; readonly yes: string; readonly no: string; readonly reasonNeeded: string }
  readonly problem: {
    readonly code: string
    readonly retry: string
    readonly unreachable: string
    readonly unreachableDetail: string
    readonly timedOut: string
    readonly timedOutDetail: string
    readonly pageFault: string
    readonly pageFaultDetail: string
    readonly fallback: string
    /** By the stable code of a refusal. */
    readonly titles: Readonly<Record<string, string>>
  }
  readonly setUp: { readonly title: string; readonly intro: string; readonly person: string; readonly name: string; readonly submit: string; readonly loopback: string }
  readonly roles: Readonly<Record<string, string>>
}

const given = shallowRef<ComputedRef<FrameWords> | null>(null)

export function giveWords(words: ComputedRef<FrameWords>): void {
  given.value = words
}

export const words = computed<FrameWords>(() => {
  if (!given.value) throw new Error('the page has not given its words')
  return given.value.value
})
