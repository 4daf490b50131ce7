// The one way pages talk to a daemon: JSON over the documented HTTP interface, refusals as RFC 9457 problems.

/** What went wrong, ready for a person: `code` is stable, `detail` says what, why and what to do (in Chinese). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Everything else the answer carried, such as `doubts`. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`)
    this.name = 'Problem'
  }
}

export const unreachable = 'unreachable'
export const timedOut = 'timed_out'

export type Query = Record<string, string | number | boolean | undefined | null>

export function target(path: string, query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path
}

interface Sending {
  method: string
  path: string
  query?: Query | undefined
  json?: unknown
  blob?: Blob | undefined
  once?: string | undefined
  /** Reading a label or decoding a large file takes seconds; everything else milliseconds. */
  timeoutMs?: number | undefined
}

const usualPatienceMs = 15_000
const slowPatienceMs = 60_000

export class Api {
  /** Of the session, sent with everything that changes something. */
  csrf = ''
  /** Called when the server no longer knows who is asking. */
  onSignedOut: (problem: Problem) => void = () => {}

  /** Reloads that no person asked for: they do not keep an abandoned session open. */
  background = 0

  get<T>(path: string, query?: Query): Promise<T> {
    return this.send<T>({ method: 'GET', path, query })
  }
  /** Runs `work` with every request in it marked as nobody's doing. Only its synchronous part counts. */
  inBackground<T>(work: () => T): T {
    this.background++
    try {
      return work()
    } finally {
      this.background--
    }
  }
  /** With a `once`, the same request sent again after a lost answer changes nothing twice. */
  post<T>(path: string, json: unknown, once = ''): Promise<T> {
    return this.send<T>({ method: 'POST', path, json, once })
  }
  patch<T>(path: string, json: unknown): Promise<T> {
    return this.send<T>({ method: 'PATCH', path, json })
  }
  delete<T>(path: string): Promise<T> {
    return this.send<T>({ method: 'DELETE', path })
  }
  upload<T>(path: string, blob: Blob, query?: Query): Promise<T> {
    return this.send<T>({ method: 'POST', path, blob, query, timeoutMs: slowPatienceMs })
  }

  /** One page of a file that is asked for with a body; `next` is where the one behind begins, empty on the last. */
  async filePage(path: string, json: unknown, query?: Query): Promise<{ blob: Blob; next: string }> {
    const response = await this.fetchOrProblem({ method: 'POST', path, json, query, timeoutMs: slowPatienceMs })
    if (!response.ok) throw await this.refusal(response)
    return { blob: await response.blob(), next: response.headers.get('qlims-next') ?? '' }
  }

  private async send<T>(what: Sending): Promise<T> {
    const response = await this.fetchOrProblem(what)
    if (!response.ok) throw await this.refusal(response)
    return parse(await response.text()) as T
  }

  private async refusal(response: Response): Promise<Problem> {
    const problem = problemOf(response.status, parse(await response.text()))
    const ends = problem.code === 'not_signed_in' || problem.code === 'session_expired' || problem.code === 'csrf'
    if (ends) this.onSignedOut(problem)
    return problem
  }

  private async fetchOrProblem(what: Sending): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (what.method !== 'GET' && this.csrf) headers['X-CSRF-Token'] = this.csrf
    if (what.json !== undefined) headers['Content-Type'] = 'application/json'
    else if (what.blob) headers['Content-Type'] = what.blob.type || 'application/octet-stream'
    if (what.once) headers['Idempotency-Key'] = what.once
    if (this.background > 0) headers['X-Background'] = '1'
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), what.timeoutMs ?? usualPatienceMs)
    try {
      return await fetch(target(what.path, what.query), {
        method: what.method,
        headers,
        body: what.json !== undefined ? JSON.stringify(what.json) : (what.blob ?? null),
        signal: patience.signal,
        credentials: 'same-origin',
        cache: 'no-store',
      })
    } catch {
      throw new Problem(0, patience.signal.aborted ? timedOut : unreachable, '')
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A name that no other request has. */
export function onceOnly(): string {
  // crypto.randomUUID is absent over plain http on the network.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, '0')).join('')
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function problemOf(status: number, body: unknown): Problem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const { code, detail, title, ...more } = fields
  const said = typeof detail === 'string' ? detail : typeof title === 'string' ? title : ''
  return new Problem(status, typeof code === 'string' ? code : `http_${status}`, said, more)
}

/** Anything thrown, as a Problem; a bug of the page is one as well, so that nothing fails silently. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem(0, 'page_fault', thrown instanceof Error ? thrown.message : String(thrown))
}
