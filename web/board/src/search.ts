// The filters of a log live in the address. What is typed is asked for once the person pauses.
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export interface Search {
  values: ComputedRef<Record<string, string>>
  change: (next: Record<string, string>) => void
  typed: Ref<string>
}

/** `fields` of the address are this log's; `q` is what is typed. */
export function useSearch(fields: readonly string[]): Search {
  const route = useRoute()
  const router = useRouter()
  const values = computed(() => Object.fromEntries(fields.map((field) => [field, typeof route.query[field] === 'string' ? (route.query[field] as string) : ''])))
  const change = (next: Record<string, string>): void => {
    const query = { ...route.query, ...next }
    void router.replace({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')) })
  }
  const typed = ref(values.value['q'] ?? '')
  let pause: ReturnType<typeof setTimeout> | null = null
  watch(typed, () => {
    if (pause !== null) clearTimeout(pause)
    pause = setTimeout(() => change({ q: typed.value.trim() }), 200)
  })
  watch(() => values.value['q'], (q) => { if ((q ?? '') !== typed.value.trim()) typed.value = q ?? '' })
  onScopeDispose(() => pause !== null && clearTimeout(pause))
  return { values, change, typed }
}
