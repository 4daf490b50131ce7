// What the coordinator says of itself, asked every few seconds while somebody looks, so that nothing needs a reload.
import { Problem } from '@qlims/kit/api.ts'
import { api } from '@qlims/kit/frame/session.ts'
import { computed, onScopeDispose, reactive, watch } from 'vue'
import { board } from './api/board'
import type { Status } from './api/types'

const everyMs = 3_000

interface State {
  status: Status | null
  /** When the last answer came. */
  asOf: string
  answers: boolean
  turn: number
}

export const live = reactive<State>({ status: null, asOf: '', answers: true, turn: 0 })

export const nodes = computed(() => (live.status?.laboratories ?? []).flatMap((one) => one.nodes).filter((node) => !node.revoked))

let timer: ReturnType<typeof setTimeout> | null = null
let running = false

export async function refresh(): Promise<void> {
  try {
    live.status = await api.inBackground(board.status)
    live.asOf = new Date().toISOString()
    live.answers = true
  } catch (thrown) {
    live.answers = thrown instanceof Problem && thrown.status > 0
  }
  if (live.answers) live.turn++
}

async function round(): Promise<void> {
  if (!document.hidden) await refresh()
  if (running) timer = setTimeout(() => void round(), everyMs)
}

export function startLive(): void {
  if (running) return
  running = true
  void round()
}

export function stopLive(): void {
  running = false
  if (timer !== null) clearTimeout(timer)
  timer = null
}

/** Calls `reload` with every turn while the page that asks is shown; no person's doing. */
export function eachTurn(reload: () => unknown): void {
  onScopeDispose(watch(() => live.turn, () => void api.inBackground(reload)))
}
