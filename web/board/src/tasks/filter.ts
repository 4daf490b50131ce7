// Which tasks are looked for. It lives in the address, as everywhere on the board.
import type { Query } from '@qlims/kit/api.ts'
import type { LocationQuery } from 'vue-router'

export const fields = ['plan', 'state', 'laboratory', 'node', 'city', 'category', 'programme', 'q'] as const
export const marks = ['nobody', 'overdue'] as const

export interface TaskFilter extends Partial<Record<(typeof fields)[number], string>> {
  nobody?: boolean
  overdue?: boolean
}

/** The address of a task's page. Without dots: what has one is a file to the server, and could not be loaded again. */
export const pageOf = (task: string): string => `/samples/${task.replaceAll('.', '_')}`
export const taskOfPage = (name: string): string => name.replaceAll('_', '.')

const one = (value: LocationQuery[string] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

export function taskFilterIn(query: LocationQuery): TaskFilter {
  const filter: TaskFilter = {}
  for (const field of fields) if (one(query[field])) filter[field] = one(query[field])
  for (const mark of marks) if (one(query[mark]) === '1') filter[mark] = true
  return filter
}

/** Of the address and of the interface alike; what is not asked for is left out. */
export function queryOf(filter: TaskFilter): Query & Record<string, string> {
  const query: Record<string, string> = {}
  for (const field of fields) if (filter[field]) query[field] = filter[field]
  for (const mark of marks) if (filter[mark]) query[mark] = '1'
  return query
}
