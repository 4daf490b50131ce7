// Something fetched, its state, and the next page of it. An answer that a newer request has overtaken is dropped.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from './api'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

export function useLoad<T>(fetch: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = ref<Problem | null>(null)
  const loading = ref(false)
  let turn = 0
  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const fetched = await fetch()
      if (mine !== turn) return
      data.value = fetched
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  void reload()
  return { data, problem, loading, reload }
}

export interface Paged<T> {
  lines: T[]
  next: string | null
  count?: number | undefined
}

export interface List<T> {
  lines: ShallowRef<readonly T[]>
  next: Ref<string | null>
  count: Ref<number | undefined>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  /** From the beginning, with whatever the filter is now. */
  restart: () => Promise<void>
  /** As many lines as are there now, fetched anew: for news from elsewhere, without moving what a person reads. */
  refresh: () => Promise<void>
  more: () => Promise<void>
}

/** A list in cursor pages. `fetch` is asked for the page after a cursor, null for the first. */
export function useList<T>(fetch: (after: string | null) => Promise<Paged<T>>): List<T> {
  const lines = shallowRef<readonly T[]>([])
  const next = ref<string | null>(null)
  const count = ref<number | undefined>()
  const problem = ref<Problem | null>(null)
  const loading = ref(false)
  let turn = 0

  async function take(first: boolean, upTo: number): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      let gathered: T[] = first ? [] : [...lines.value]
      let cursor = first ? null : next.value
      do {
        const page = await fetch(cursor)
        if (mine !== turn) return
        gathered = gathered.concat(page.lines)
        cursor = page.next
        count.value = page.count
      } while (cursor !== null && gathered.length < upTo)
      lines.value = gathered
      next.value = cursor
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  return {
    lines,
    next,
    count,
    problem,
    loading,
    restart: () => take(true, 0),
    refresh: () => take(true, lines.value.length),
    more: () => (loading.value || next.value === null ? Promise.resolve() : take(false, 0)),
  }
}
