// Where a table as a file is found: under the filters of the page, as the page has them.
import { addressOf, type Filters } from '../filters'

export type TableName = 'results' | 'nonconforming' | 'rates' | 'progress'

/** CSV with the mark by which spreadsheets in China see that it is UTF-8. */
export function exportAddress(table: TableName, format: 'csv' | 'xlsx', filters: Filters): string {
  const query = new URLSearchParams({ table, format })
  if (format === 'csv') query.set('encoding', 'utf-8-bom')
  for (const [name, value] of Object.entries(addressOf({ ...filters, from: 30, by: 'city' }))) query.set(name, String(value))
  if (table === 'rates') query.set('by', filters.by)
  return `/api/v1/export/tables?${query}`
}
