// The coordinator's REST interface for what its office does; the figures and reports are in board.ts.
import { api } from '@qlims/kit/frame/session.ts'
import type { Query } from '@qlims/kit/api.ts'
import type { Paged } from '@qlims/kit/load.ts'
import type { DiaryRow, ExceptionKind, ExceptionLine, LaboratoryOffer, Lists, PlanGrid, RefusedLine, Standing, TaskLine, Ticket, Workload } from './office-types'

const v1 = '/api/v1'
const task = (id: string): string => `${v1}/tasks/${encodeURIComponent(id)}`

export const office = {
  async tasks(query: Query): Promise<Paged<TaskLine>> {
    const answer = await api.get<{ tasks: TaskLine[]; next: string | null }>(`${v1}/tasks`, query)
    return { lines: answer.tasks, next: answer.next }
  },
  recall: (id: string, reason: string) => api.post<unknown>(`${task(id)}/revoke`, { reason }),
  cancel: (id: string, reason: string) => api.post<unknown>(`${task(id)}/cancel`, { reason }),
  reassign: (id: string, reason: string, node: number | null, reserve: string | null) => api.post<{ node: number | null; proposed: boolean }>(`${task(id)}/reassign`, { reason, node, reserve }),
  workload: () => api.get<{ today: string; laboratories: Workload[] }>(`${v1}/workload`),
  grid: (plan: string, query: Query) => api.get<PlanGrid>(`${v1}/plans/${encodeURIComponent(plan)}/grid`, query),

  lists: () => api.get<Lists>(`${v1}/reference`),
  laboratories: () => api.get<{ laboratories: LaboratoryOffer[] }>(`${v1}/laboratories`).then((a) => a.laboratories),
  /** A table as laboratories.csv is one. */
  storeLaboratories: (table: Blob) => api.upload<{ laboratories: number }>(`${v1}/laboratories`, table),
  retest: (id: string, order: { reason: string; laboratory?: number; reserve_fit: boolean; expired: boolean }) => api.post<{ node: number; laboratory: number; draw: { seed: string; candidates: number[] } | null }>(`${task(id)}/retest`, order),
  ticket: (laboratory: number, name: string) => api.post<Ticket>(`${v1}/tickets`, { laboratory, name }),
  standing: (node: number) => api.get<Standing>(`${v1}/nodes/${node}/standing`),
  revokeNode: (node: number, reason: string, password: string) => api.post<unknown>(`${v1}/nodes/${node}/revoke`, { reason, password }),
  chooseStation: (node: number, boot: string, reason: string, password: string) => api.post<unknown>(`${v1}/nodes/${node}/station`, { boot, reason, password }),
  waive: (node: number, reason: string, password: string) => api.post<{ waived: boolean }>(`${v1}/nodes/${node}/waiver`, { reason, password }),

  async exceptions(kind: ExceptionKind, query: Query): Promise<Paged<ExceptionLine>> {
    const path = kind === 'late' ? 'late' : 'quarantine'
    const answer = await api.get<{ rows: ExceptionLine[]; next: string | null; count: number }>(`${v1}/${path}`, query)
    return { lines: answer.rows, next: answer.next, count: answer.count }
  },
  resolve: (place: string, reason: string) => api.post<{ disposition?: string; reason?: string }>(`${v1}/quarantine/resolve`, { place, reason }),
  reject: (place: string, reason: string) => api.post<unknown>(`${v1}/quarantine/reject`, { place, reason }),

  async diary(query: Query): Promise<Paged<DiaryRow> & { hash: string }> {
    const answer = await api.get<{ rows: DiaryRow[]; next: number | null; head: { sequence: number; hash: string } }>(`${v1}/diary`, { order: 'newest', ...query })
    return { lines: answer.rows, next: answer.next === null ? null : String(answer.next), count: answer.head.sequence, hash: answer.head.hash }
  },
  async refused(query: Query & { limit: number }): Promise<Paged<RefusedLine> & { totals: Record<string, number> }> {
    const answer = await api.get<{ entries: RefusedLine[]; totals: Record<string, number> }>(`${v1}/security-log`, { order: 'newest', ...query })
    const last = answer.entries.at(-1)
    return { lines: answer.entries, next: answer.entries.length < query.limit || !last ? null : String(last.sequence), totals: answer.totals }
  },

  borders: () => api.get<unknown>(`${v1}/map/borders`),
  replaceBorders: (file: Blob) => api.upload<unknown>(`${v1}/map/borders`, file),
}
