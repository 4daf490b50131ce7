// An entry of the diary as a person reads it: who asked for it, for what, and what came of it.
import type { DiaryRow } from '../api/office-types'

export interface Entry {
  sequence: number
  at: string
  kind: string
  /** Who asked; empty when the coordinator did it by itself. */
  who: string
  /** For what somebody asked: the key of a word such as "POST tasks/cancel". Empty for what came of it. */
  request: string
  /** The task or node that the address names. */
  about: string
  row: DiaryRow
}

const asked = /^(\S+) ([A-Z]+) \/api\/v1\/(\S+) sha256 [0-9a-f]{64}$/

// What only happens because a person asked for it, within the same turn. The rest may be in that turn by chance.
const byPeople = new Set([
  'plan_imported', 'reference_taken', 'laboratories_taken', 'ticket_issued', 'node_revoked', 'revoked', 'task_cancelled', 'exception_decided', 'replayed', 'retest_ordered',
  'node_waived', 'station_chosen', 'notice_sent', 'notice_received', 'objection_registered', 'objection_decided', 'report_frozen', 'borders_taken',
  'enterprises_taken', 'enterprises_merged', 'enterprises_parted', 'credit_proposed', 'credit_decided', 'credit_withdrawal_proposed', 'credit_withdrawal_decided', 'signal_received', 'signal_assessed', 'signal_planned',
  'share_recalled',
])

/** "tasks/T-1.1-2/cancel" is the request "tasks/cancel" about T-1.1-2. Names hold no digit, what they are about does. */
function partsOf(path: string): { name: string; about: string } {
  const parts = path.split('/')
  return { name: parts.filter((part) => !/\d/.test(part)).join('/'), about: parts.filter((part) => /\d/.test(part)).join(' ') }
}

/** `rows` stand newest first; what a person asked for stands just before what came of it. */
export function entriesOf(rows: readonly DiaryRow[]): Entry[] {
  let cause: { who: string; at: string } | null = null
  return [...rows].reverse().map((row): Entry => {
    const match = row.kind === 'person_decided' ? asked.exec(row.subject) : null
    if (match) {
      const [, who, method, path] = match as unknown as [string, string, string, string]
      cause = { who, at: row.at }
      const { name, about } = partsOf(path)
      return { sequence: row.sequence, at: row.at, kind: row.kind, who, request: `${method} ${name}`, about, row }
    }
    const mine: { who: string; at: string } | null = cause
    const who = mine !== null && mine.at === row.at && byPeople.has(row.kind) ? mine.who : (row.form === null ? (/ by ([^\s:]+)/.exec(row.subject)?.[1] ?? '') : (row.parts['person'] ?? ''))
    return { sequence: row.sequence, at: row.at, kind: row.kind, who, request: '', about: '', row }
  }).reverse()
}

/** A name in the security log; one behind "?" was only claimed. */
export const claimOf = (who: string): { name: string; claimed: boolean } => (who.startsWith('?') ? { name: who.slice(1), claimed: true } : { name: who, claimed: false })
