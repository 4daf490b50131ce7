// Something that is asked for once at a time: whether it is under way, and what was refused of it.
import { ref, type Ref } from 'vue'
import { asProblem, type Problem } from './api.ts'

export interface Sending {
  busy: Ref<boolean>
  problem: Ref<Problem | null>
  /** Does it, unless it is under way; whether it went well. */
  sending: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useSending(): Sending {
  const busy = ref(false)
  const problem = ref<Problem | null>(null)
  async function sending(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await work()
      return true
    } catch (thrown) {
      problem.value = asProblem(thrown)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, sending }
}
