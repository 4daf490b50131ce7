// News from the daemon without asking: one event stream for all tabs of a browser, because each stream occupies one of
// the six connections a browser allows to one origin. Where there is no stream, or it breaks, the page asks instead.

export interface News {
  kind: string
  data: unknown
  /** Of the server's event; empty for what this page noticed itself. */
  id?: string
}

type Listener = (news: News) => void

export interface LiveOptions {
  url: string
  /** What the server may send; `reset` and `open` are always passed on. */
  kinds: readonly string[]
  /** Asked every `pollMs` while there is no stream. */
  poll: () => void
  pollMs: number
}

const retryMs = 3_000

/** Takes part in sharing one stream. Exactly one tab holds it; the others hear of it over a channel. */
export class Live {
  private readonly listeners = new Set<Listener>()
  private readonly channel: BroadcastChannel | null
  private source: EventSource | null = null
  private polling: ReturnType<typeof setInterval> | null = null
  private release: (() => void) | null = null
  private stopped = false
  private lastId = ''

  constructor(private readonly options: LiveOptions) {
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('qlims.live')
    this.channel?.addEventListener('message', (message: MessageEvent<News>) => {
      if (message.data.kind !== 'hello') this.hear(message.data)
      else if (this.source?.readyState === EventSource.OPEN) this.channel?.postMessage({ kind: 'open', data: null })
    })
  }

  on(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  start(): void {
    this.stopped = false
    this.startPolling() // until news arrive
    // Locks exist in secure contexts only; over plain http on the network each tab has a stream of its own.
    const locks = (navigator as Partial<Navigator>).locks
    if (!locks || !this.channel) return this.connect()
    this.channel.postMessage({ kind: 'hello', data: null }) // whoever holds the stream says that it is there
    void locks.request('qlims.live', () => {
      if (this.stopped) return undefined
      this.connect()
      return new Promise<void>((resolve) => (this.release = resolve))
    })
  }

  stop(): void {
    this.stopped = true
    this.source?.close()
    this.source = null
    this.release?.()
    this.release = null
    this.stopPolling()
  }

  private connect(): void {
    if (this.stopped) return
    // A tab that takes over goes on where the one before it stopped.
    const source = new EventSource(this.lastId ? `${this.options.url}?after=${encodeURIComponent(this.lastId)}` : this.options.url)
    this.source = source
    source.addEventListener('open', () => this.tell({ kind: 'open', data: null }))
    for (const kind of [...this.options.kinds, 'reset']) {
      source.addEventListener(kind, (event) => {
        const message = event as MessageEvent<string>
        this.tell({ kind, data: dataOf(message.data), id: message.lastEventId })
      })
    }
    source.addEventListener('error', () => {
      this.tell({ kind: 'broken', data: null })
      if (source.readyState !== EventSource.CLOSED) return // the browser tries again by itself, with the last id
      setTimeout(() => this.source === source && this.connect(), retryMs)
    })
  }

  private tell(news: News): void {
    this.channel?.postMessage(news)
    this.hear(news)
  }

  private hear(news: News): void {
    if (news.id) this.lastId = news.id
    if (news.kind === 'broken') this.startPolling()
    else this.stopPolling()
    for (const listener of this.listeners) listener(news)
  }

  private startPolling(): void {
    if (this.polling !== null || this.stopped) return
    this.polling = setInterval(this.options.poll, this.options.pollMs)
  }

  private stopPolling(): void {
    if (this.polling !== null) clearInterval(this.polling)
    this.polling = null
  }
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
