// What the coordinator says of itself, asked again whenever it says that something has changed, so that nothing needs a
// reload.
import { Problem } from '@qlims/kit/api.ts'
import { api } from '@qlims/kit/frame/session.ts'
import { Live, type News } from '@qlims/kit/live.ts'
import { computed, onScopeDispose, reactive, watch } from 'vue'
import { board } from './api/board'
import type { Status } from './api/types'

/** What the stream may name; `other` is something that a newer program shows. */
const kinds = ['verdicts', 'tasks', 'plans', 'nodes', 'exceptions', 'clocks', 'notices', 'objections', 'series', 'reports', 'reference', 'enterprises', 'signals', 'webhooks', 'other']
/** Between two askings while things change all the time. */
const busyMs = 3_000
/** For a burst of changes to be over. */
const burstMs = 200
/** Where nothing happens: how long ago a node was heard is told by asking alone. */
const quietMs = 15_000
/** Without a stream. */
const pollMs = 3_000
/** Pages that look at every tenth turn only look at each that brings news. */
const turnsOfNews = 10

interface State {
  status: Status | null
  /** When the last answer came. */
  asOf: string
  answers: boolean
  turn: number
}

export const live = reactive<State>({ status: null, asOf: '', answers: true, turn: 0 })

export const nodes = computed(() => (live.status?.laboratories ?? []).flatMap((one) => one.nodes).filter((node) => !node.revoked))

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

let timer: ReturnType<typeof setTimeout> | null = null
let due = Number.POSITIVE_INFINITY
let asked = 0
let news = false
let running = false

// The earliest of what was asked for counts; one timer is enough for news and for quiet times.
function refreshWithin(ms: number): void {
  const at = Math.max(Date.now() + ms, asked + (news ? busyMs : 0))
  if (!running || at >= due) return
  due = at
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(() => void round(), at - Date.now())
}

async function round(): Promise<void> {
  due = Number.POSITIVE_INFINITY
  if (!document.hidden) {
    asked = Date.now()
    if (news) live.turn += turnsOfNews - 1 - (live.turn % turnsOfNews)
    news = false
    await refresh()
  }
  refreshWithin(news && !document.hidden ? burstMs : quietMs)
}

function hear(one: News): void {
  if (one.kind === 'broken') return
  news = true
  refreshWithin(burstMs)
}

const stream = new Live({ url: '/api/v1/stream', kinds, poll: () => refreshWithin(0), pollMs })
stream.on(hear)

// What was left out while nobody looked.
const seen = (): void => {
  if (!document.hidden) refreshWithin(0)
}

export function startLive(): void {
  if (running) return
  running = true
  asked = 0
  document.addEventListener('visibilitychange', seen)
  stream.start()
  refreshWithin(0)
}

export function stopLive(): void {
  running = false
  document.removeEventListener('visibilitychange', seen)
  stream.stop()
  if (timer !== null) clearTimeout(timer)
  timer = null
  due = Number.POSITIVE_INFINITY
}

/** Calls `reload` with every turn while the page that asks is shown; no person's doing. */
export function eachTurn(reload: () => unknown): void {
  onScopeDispose(watch(() => live.turn, () => void api.inBackground(reload)))
}
