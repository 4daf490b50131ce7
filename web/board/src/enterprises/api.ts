// The coordinator's interface for enterprises and reports of products, one function an address.
import { api } from '@qlims/kit/frame/session.ts'
import type { Query } from '@qlims/kit/api.ts'
import type { Paged } from '@qlims/kit/load.ts'

const v1 = '/api/v1'

export type Outcome = 'pass' | 'fail' | 'problem' | 'undetermined'
type Counts = Record<Outcome, number>

export interface EnterpriseLine {
  enterprise: number
  name: string
  code: string
  licence: string
  kinds: ('producer' | 'shop' | 'farm')[]
  address: string
  city: number | null
  city_name?: string
  county_name?: string
  first: Counts
  final: Counts
  published: { class: string; blacklisted: boolean } | null
}

export interface HistoryLine {
  task: string
  number: string
  programme: string
  commodity: string
  category_name?: string
  month: string
  first: Outcome
  final: Outcome
  as_unit: boolean
  as_producer: boolean
  open: string | null
}

interface Saying { person: string; at: string; reason: string }

export interface Publication {
  publication: number
  state: 'proposed' | 'refused' | 'published' | 'withdrawal_proposed' | 'withdrawn' | 'superseded'
  public: boolean
  class: string
  blacklisted: boolean
  rule: string
  verdicts: { task: string; number: string }[]
  /** The entry of the register it stands under now; missing when there is none any more. */
  standing?: number
  name?: string
  code?: string
  proposed: Saying
  decided: Saying | null
  withdrawal: Saying | null
  withdrawal_decided: Saying | null
}

export interface Enterprise extends EnterpriseLine {
  other_names: string[]
  merged_into: number | null
  members: { enterprise: number; name: string; code: string; into: number; merged_by: string; merged: string; reason: string }[]
  partings: { enterprise: number; from: number; merged_by: string; merged: string; merge_reason: string; parted_by: string; parted: string; reason: string }[]
  history: HistoryLine[]
  series: { series: number; commodity: string; aql: string; state: string; lots: number }[]
  evaluation: {
    class: string | null
    blacklisted: boolean
    rule: { rule: string; text: string; text_en: string; basis: string; assumption: string } | null
    verdicts: { task: string; number: string }[]
    unmet: string
    rules: string
  }
  weight: { percent: number; because: string }
  publications: Publication[]
}

export interface SignalLine {
  signal: number
  source: string
  source_id: string
  kind: 'injury' | 'risk'
  product: string
  maker: string
  /** Entries of the register that are known by that name. */
  makers: { enterprise: number; name: string; code: string }[]
  happened: string
  harmed: number
  content: string
  received: string
  state: 'received' | 'dismissed' | 'watched' | 'planned'
  assessed_by: string
  assessed: string | null
  reason: string
  plan: number | null
  city: number | null
  city_name?: string
  county: number | null
  county_name?: string
  group: number
  group_size: number
}

/** What a targeted plan asks for. */
export interface SignalPlan {
  title: string
  year: number
  due: string
  programme: string
  category: string
  commodity: string
  stage: string
  round: number
  panel: string
  samples: number
  places: { city: string; county: string }[]
  reason: string
}

export interface ImportAnswer { rows: number; added?: number; known?: number }

const cursor = (next: number | null): string | null => (next === null ? null : String(next))

export const firms = {
  async list(query: Query): Promise<Paged<EnterpriseLine>> {
    const answer = await api.get<{ rows: EnterpriseLine[]; next: number | null }>(`${v1}/enterprises`, query)
    return { lines: answer.rows, next: cursor(answer.next) }
  },
  one: (enterprise: string) => api.get<Enterprise>(`${v1}/enterprises/${encodeURIComponent(enterprise)}`),
  importList: (file: Blob, dryRun: boolean) => api.upload<ImportAnswer>(`${v1}/enterprises`, file, { dry_run: dryRun ? 1 : '' }),
  merge: (enterprise: number, into: number, reason: string) => api.post<EnterpriseLine>(`${v1}/enterprises/${enterprise}/merge`, { into, reason }),
  part: (enterprise: number, reason: string) => api.post<EnterpriseLine>(`${v1}/enterprises/${enterprise}/part`, { reason }),
  recordUnit: (unit: { task: string; name: string; licence: string; address: string }) => api.post<unknown>(`${v1}/tasks/sampled-units`, { units: [unit] }),
  async publications(query: Query): Promise<Paged<Publication>> {
    const answer = await api.get<{ rows: Publication[]; next: number | null }>(`${v1}/publications`, query)
    return { lines: answer.rows, next: cursor(answer.next) }
  },
  propose: (enterprise: number, reason: string) => api.post<Publication>(`${v1}/enterprises/${enterprise}/publications`, { reason }),
  decide: (publication: number, step: string, reason: string) => api.post<Publication>(`${v1}/publications/${publication}/${step}`, { reason }),
  async signals(query: Query): Promise<Paged<SignalLine>> {
    const answer = await api.get<{ rows: SignalLine[]; next: number | null; count: number }>(`${v1}/signals`, query)
    return { lines: answer.rows, next: cursor(answer.next), count: answer.count }
  },
  assess: (signal: number, state: string, reason: string) => api.post<unknown>(`${v1}/signals/${signal}/assess`, { state, reason, group: true }),
  openPlan: (signal: number, plan: SignalPlan) => api.post<{ plan: number; tasks: number }>(`${v1}/signals/${signal}/plan`, plan),
}
