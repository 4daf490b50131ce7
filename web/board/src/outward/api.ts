// The coordinator's interface for what leaves the office: shares of quotas to stations, events to programs, figures to
// everybody, and what the past suggests for the next plan.
import { api } from '@qlims/kit/frame/session.ts'
import type { Query } from '@qlims/kit/api.ts'
import type { Paged } from '@qlims/kit/load.ts'

const v1 = '/api/v1'

export interface Held { node: number; undrawn: number; recalled: number; drawn: number; declined: number; judged: number }

interface Cell {
  cell: number
  programme: string
  city: number
  city_name?: string
  county: number
  county_name?: string
  category: string
  category_name?: string
  commodity: string
  stage: string
  stage_name: string
  round: number
  panel: string
  quota: number
  /** Given lot by lot, and not in shares. */
  lots: boolean
}

export interface Share extends Cell {
  escrow: boolean
  free: number
  cancelled: number
  nodes: Held[]
  /** Why nothing of it can be given now. */
  blocked: 'deferred' | 'unheard' | null
}

export interface ShareSample {
  task: string
  number: string
  state: 'free' | 'undrawn' | 'drawn' | 'declined' | 'judged' | 'cancelled'
  node: number | null
  recall: { reason: string; asked: string } | null
}

export interface SharePage extends Cell { samples: ShareSample[] }

export interface Webhook {
  id: number
  url: string
  kinds: string[]
  units: boolean
  by: string
  made: string
  state: 'active' | 'dead' | 'paused'
  waiting: number
  failures: number
  next_try: string | null
  confirmed: string | null
  problem: string
  missed: number
  /** In the answer to whoever subscribes, and never again. */
  secret?: string
}

export interface Tried { delivery: string; confirmed: boolean; status: number | null; problem: string }

export interface PublicFigures { judged: number; pass: number; fail: number; problem: number; undetermined: number; rate: string }
export interface PublicRow { city: string | null; city_name: string; category: string | null; category_name: string; published: boolean; figures: PublicFigures | null }
export interface PublicTable { title: string; programme: string; as_of: string; data_version: number; least_samples: number; facts: Record<string, string>; rows: PublicRow[] }
export interface PublicSet { programme: string; title: string }

export interface CellWeight { city: number; city_name?: string; category: string; category_name?: string; failed: number; judged: number; weight: { percent: number; because: string } }
export interface Weights { day: string; cells: CellWeight[]; enterprises?: { enterprise: number; name: string; code: string; weight: { percent: number; because: string } }[] }

const plan = (id: string): string => `${v1}/plans/${encodeURIComponent(id)}`

export const outward = {
  async shares(id: string, query: Query): Promise<Paged<Share>> {
    const answer = await api.get<{ cells: Share[]; next: number | null }>(`${plan(id)}/shares`, query)
    return { lines: answer.cells, next: answer.next === null ? null : String(answer.next) }
  },
  share: (id: string, cell: number) => api.get<SharePage>(`${plan(id)}/shares/${cell}`),
  lease: (id: string, cell: number, node: number, count: number) => api.post<{ given: number; left: number }>(`${plan(id)}/shares`, { cell, node, count }),
  askBack: (task: string, reason: string) => api.post<unknown>(`${v1}/tasks/${encodeURIComponent(task)}/recall`, { reason }),

  webhooks: () => api.get<{ webhooks: Webhook[] }>(`${v1}/webhooks`).then((a) => a.webhooks),
  subscribe: (asked: { url: string; kinds: string[]; units: boolean }) => api.post<Webhook>(`${v1}/webhooks`, asked),
  unsubscribe: (id: number) => api.delete<unknown>(`${v1}/webhooks/${id}`),
  pause: (id: number) => api.post<Webhook>(`${v1}/webhooks/${id}/pause`, {}),
  resume: (id: number) => api.post<Webhook>(`${v1}/webhooks/${id}/resume`, {}),
  tryOut: (id: number) => api.post<Tried>(`${v1}/webhooks/${id}/test`, {}),

  catalogue: () => api.get<{ datasets: PublicSet[] }>(`${v1}/public/catalogue`).then((a) => a.datasets),
  statistics: (query: Query) => api.get<PublicTable>(`${v1}/public/statistics`, { ...query, format: 'json' }),

  upload: (profile: unknown, query: Query) => api.filePage(`${v1}/export/upload`, profile, query),

  weights: (programme: string) => api.get<Weights>(`${v1}/plan-weights`, { programme }),
}
