// What the node says of itself, kept fresh, and word of what changed elsewhere, so that nothing needs a reload.
import { Problem } from '@qlims/kit/api.ts'
import { Live, type News } from '@qlims/kit/live.ts'
import { computed, onScopeDispose, reactive, watch } from 'vue'
import { api, desk } from './api/desk'
import type { Status, Wait } from './api/types'

export type Kind = 'samples' | 'captures' | 'quarantine' | 'runs' | 'tray' | 'instruments' | 'clocks'
const kinds: readonly Kind[] = ['samples', 'captures', 'quarantine', 'runs', 'tray', 'instruments', 'clocks']

interface State {
  status: Status | null
  /** How many things of each kind wait for somebody. */
  waits: Partial<Record<Wait, number>>
  /** The node itself answers. */
  answers: boolean
  changed: Record<Kind, number>
}

export const live = reactive<State>({
  status: null,
  waits: {},
  answers: true,
  changed: { samples: 0, captures: 0, quarantine: 0, runs: 0, tray: 0, instruments: 0, clocks: 0 },
})

/** Events that the province has not confirmed yet. */
export const waiting = computed(() => {
  const stream = live.status?.stream
  return stream ? stream.sequence - stream.acknowledged : 0
})

function compare(before: Status | null, after: Status): void {
  if (!before) return
  const moved = before.stream.sequence !== after.stream.sequence || before.orders !== after.orders
  const touched: Record<Kind, boolean> = {
    samples: moved || JSON.stringify(before.samples) !== JSON.stringify(after.samples),
    captures: before.captures !== after.captures,
    quarantine: before.quarantine_open !== after.quarantine_open,
    runs: moved || before.runs_open !== after.runs_open,
    tray: before.tray_open !== after.tray_open,
    instruments: before.devices_waiting !== after.devices_waiting || before.captures !== after.captures,
    clocks: moved,
  }
  for (const kind of kinds) if (touched[kind]) live.changed[kind]++
}

// While the stream is there it says what changed; figures are compared before that, and once when it opens.
let broken = true
let streaming = false
let asking = false
let askAgain = false

export async function refreshStatus(): Promise<void> {
  if (asking) {
    askAgain = true
    return
  }
  asking = true
  try {
    const [status, waits] = await api.inBackground(() => Promise.all([desk.status(), desk.waiting()]))
    live.waits = Object.fromEntries(waits.map(({ what, count }) => [what, count]))
    const before = live.status
    live.status = status
    live.answers = true
    if (!streaming) compare(before, status)
    streaming = !broken
  } catch (thrown) {
    live.answers = thrown instanceof Problem && thrown.status > 0 // it answers, be it with a refusal
  } finally {
    asking = false
  }
  if (askAgain) {
    askAgain = false
    void refreshStatus()
  }
}

let soon: ReturnType<typeof setTimeout> | null = null
function refreshSoon(): void {
  if (soon !== null) return
  soon = setTimeout(() => {
    soon = null
    void refreshStatus()
  }, 150)
}

interface Link extends Pick<Status, 'linked' | 'welcome' | 'refusal' | 'clock_skew'> { room: Status['store']['room']; waiting: number }
const isLink = (data: unknown): data is Link => typeof data === 'object' && data !== null && 'linked' in data && 'waiting' in data

function hear(news: News): void {
  broken = news.kind === 'broken'
  if (broken || news.kind === 'open') streaming = false
  if (news.kind === 'reset') {
    for (const kind of kinds) live.changed[kind]++
  } else if ((kinds as readonly string[]).includes(news.kind)) {
    live.changed[news.kind as Kind]++
  }
  if (news.kind === 'link' && live.status && isLink(news.data)) {
    const { linked, welcome, refusal, clock_skew, room, waiting: queue } = news.data
    const { stream } = live.status
    Object.assign(live.status, { linked, welcome, refusal, clock_skew, store: { room }, stream: { ...stream, acknowledged: stream.sequence - queue } })
  }
  if (news.kind === 'broken') void refreshStatus()
  else refreshSoon() // the figures of the banner and of the counters have moved as well
}

const stream = new Live({ url: '/api/v1/stream', kinds: ['link', ...kinds], poll: () => void refreshStatus(), pollMs: 2_000 })
stream.on(hear)

let started = false
export function startLive(): void {
  if (started) return
  started = true
  void refreshStatus()
  stream.start()
}

export function stopLive(): void {
  if (!started) return
  started = false
  stream.stop()
}

/** Calls `reload` shortly after any of `of` changed, once for a burst of changes, until the component is gone. */
export function onChange(of: readonly Kind[], reload: () => unknown): void {
  let timer: ReturnType<typeof setTimeout> | null = null
  const stop = watch(
    () => of.map((kind) => live.changed[kind]).join(),
    () => {
      if (timer !== null) return
      timer = setTimeout(() => {
        timer = null
        api.inBackground(reload)
      }, 300)
    },
  )
  onScopeDispose(() => {
    stop()
    if (timer !== null) clearTimeout(timer)
  })
}
