// The coordinator's REST interface, one function an address.
import { api } from '@qlims/kit/frame/session.ts'
import type { Query } from '@qlims/kit/api.ts'
import type { Paged } from '@qlims/kit/load.ts'
import type {
  Allocation, ClockPage, DeclinedLine, KeptAllocation, NonconformingLine, NoticeLine, ObjectionLine, PlanChange, PlanLine, PlanPage, PlanRevision, PlanTaken, Report, Rules, Status, Summary, TaskLine, TaskPage, WarningLine,
} from './types'

const v1 = '/api/v1'

/** The heading of a plan, beside the rows of its file. */
export interface PlanHead { title: string; year: number; due: string }

export const board = {
  status: () => api.get<Status>(`${v1}/status`),
  summary: (query: Query) => api.get<Summary>(`${v1}/summary`, query),
  plans: () => api.get<{ plans: PlanLine[] }>(`${v1}/plans`).then((a) => a.plans),
  plan: (plan: string) => api.get<PlanPage>(`${v1}/plans/${encodeURIComponent(plan)}`),
  importPlan: (file: Blob, head: PlanHead, dryRun: boolean, revision: { reason: string; restore: boolean } = { reason: '', restore: false }) =>
    api.upload<PlanTaken>(`${v1}/plans`, file, { ...head, dry_run: dryRun ? 1 : '', reason: revision.reason, restore: revision.restore ? 1 : '' }),
  revisions: (plan: string) => api.get<{ revision: number; revisions: PlanRevision[] }>(`${v1}/plans/${encodeURIComponent(plan)}/revisions`),
  revision: (plan: string, revision: number) => api.get<PlanRevision & { changes: PlanChange[]; changes_total: number }>(`${v1}/plans/${encodeURIComponent(plan)}/revisions/${revision}`),
  allocate: (plan: string, terms: { dry_run: boolean; capacity: Record<string, number>; without: number[] }) => api.post<Allocation>(`${v1}/plans/${encodeURIComponent(plan)}/allocation`, terms),
  allocation: (plan: string) => api.get<KeptAllocation>(`${v1}/plans/${encodeURIComponent(plan)}/allocation`),
  rules: () => api.get<Rules>(`${v1}/sampling-rules`),
  dispatch: (plan: number) => api.post<unknown>(`${v1}/plans/${plan}/dispatch`, {}),
  async declined(query: Query): Promise<Paged<DeclinedLine>> {
    const answer = await api.get<{ declined: DeclinedLine[]; next: string | null }>(`${v1}/declined`, query)
    return { lines: answer.declined, next: answer.next }
  },
  warnings: (query: Query) => api.get<{ warnings: WarningLine[] }>(`${v1}/warnings`, query).then((a) => a.warnings),
  async nonconforming(query: Query): Promise<Paged<NonconformingLine> & { aside: number; asOf: string }> {
    const answer = await api.get<{ rows: NonconformingLine[]; next: string | null; count: number; aside: number; as_of: string }>(`${v1}/nonconforming`, query)
    return { lines: answer.rows, next: answer.next, count: answer.count, aside: answer.aside, asOf: answer.as_of }
  },
  reports: () => api.get<{ reports: Report[] }>(`${v1}/reports`).then((a) => a.reports),
  report: (report: number) => api.get<Report>(`${v1}/reports/${report}`),
  draftReport: (head: Record<string, string>) => api.post<Report>(`${v1}/reports?${new URLSearchParams(head)}`, {}),
  rewriteReport: (report: number, revision: number, narratives: Record<string, string>) =>
    api.post<Report>(`${v1}/reports/${report}/narrative`, { revision, narratives }),
  freezeReport: (report: number, revision: number) => api.post<Report>(`${v1}/reports/${report}/freeze`, { revision }),
  clocks: (query: Query) => api.get<ClockPage>(`${v1}/clocks`, query),
  async notices(query: Query): Promise<Paged<NoticeLine>> {
    const answer = await api.get<{ rows: NoticeLine[]; next: string | null }>(`${v1}/notices`, query)
    return { lines: answer.rows, next: answer.next }
  },
  notice: (task: string) => api.get<NoticeLine>(`${v1}/notices/${encodeURIComponent(task)}`),
  sendNotice: (task: string, sending: { to: string; way: string }) => api.post<NoticeLine>(`${v1}/notices/${encodeURIComponent(task)}/send`, sending),
  receiveNotice: (task: string, receipt: { received_at?: string; how: string; rapid: boolean }) => api.post<NoticeLine>(`${v1}/notices/${encodeURIComponent(task)}/receipt`, receipt),
  async objections(query: Query): Promise<Paged<ObjectionLine>> {
    const answer = await api.get<{ rows: ObjectionLine[]; next: string | null }>(`${v1}/objections`, query)
    return { lines: answer.rows, next: answer.next }
  },
  registerObjection: (objection: { task: string; kind: string; by: string; content: string; raised_at?: string }) => api.post<ObjectionLine>(`${v1}/objections`, objection),
  acceptObjection: (task: string, decision: { reason: string; reserve_fit?: boolean; expired?: boolean }) => api.post<ObjectionLine>(`${v1}/objections/${encodeURIComponent(task)}/accept`, decision),
  rejectObjection: (task: string, reason: string) => api.post<ObjectionLine>(`${v1}/objections/${encodeURIComponent(task)}/reject`, { reason }),
  tasks: (query: Query) => api.get<{ tasks: TaskLine[]; next: string | null }>(`${v1}/tasks`, query),
  task: (task: string) => api.get<TaskPage>(`${v1}/tasks/${encodeURIComponent(task)}`),
}
