// What the interface answers to api/office.ts.
import type { TaskLine as AnyTaskLine } from './types'

export interface TaskLine extends AnyTaskLine {
  city_name?: string
  category_name?: string
  nobody: boolean
  overdue: boolean
}

export interface Workload { laboratory: number; tasks: number; judged: number; open: number; overdue: number; nobody: number }

export interface GridCell {
  programme: string
  city: number
  city_name?: string
  category: string
  category_name?: string
  quota: number
  released: number
  drawn: number
  judged: number
  declined: number
  cancelled: number
}

export interface PlanGrid { plan: number; revision: number; due: string; stages: { stage: string; name: string }[]; rounds: number[]; cells: GridCell[] }

export interface LaboratoryOffer { id: number; name: string; city: number; capacity: number; panels: string[] }

export interface Ticket { ticket: string; coordinator_key: string; enrol_endpoint: string; endpoint: string; expires: string }

export interface Standing {
  node: number
  incarnation: number
  resyncs: number
  frozen: boolean
  /** Numbers of 64 bits, as texts. */
  chosen: string
  boots: string[]
  forks: { incarnation: number; sequence: number; hash: string; received: string; octets: number }[]
}

export type ExceptionKind = 'late' | 'quarantined'

export interface ExceptionLine {
  node: number
  incarnation: number
  sequence: number
  received: string
  task: string | null
  kind: string
  reason: string
  decision?: { decided: 'returned' | 'rejected'; person: string; at: string; reason: string }
}

export interface DiaryRow {
  sequence: number
  previous: string
  at: string
  kind: string
  subject: string
  /** Which sentence it is, and what that names; null when its words are not known. */
  form: string | null
  parts: Record<string, string>
}

export interface RefusedLine { sequence: number; first: string; last: string; count: number; who: string; from: string; what: string; why: string }

/** What plans and laboratories refer to. */
export interface Lists {
  programmes: { code: string; name: string }[]
  categories: { code: string; name: string; parent: string }[]
  panels: { code: string; name: string }[]
  stages: { code: string; name: string }[]
  cities: { code: number; name: string; counties: { code: number; name: string }[] }[]
}
