// Where a table as a file is found: under the filters of the page, as the page has them.
import { addressOf, type Filters } from '../filters'

export type TableName = 'results' | 'nonconforming' | 'rates' | 'progress'
export type FileForm = 'xlsx' | 'pdf' | 'csv' | 'gb18030'

/** CSV with the mark by which spreadsheets in China see that it is UTF-8, or in GB18030; of several tables one file. */
export function exportAddress(table: TableName | readonly TableName[], form: FileForm, filters: Filters): string {
  const tables = typeof table === 'string' ? [table] : table
  const query = new URLSearchParams({ table: tables.join(','), format: form === 'gb18030' ? 'csv' : form })
  if (form === 'csv') query.set('encoding', 'utf-8-bom')
  if (form === 'gb18030') query.set('encoding', 'gb18030')
  for (const [name, value] of Object.entries(addressOf({ ...filters, from: 30, by: 'city' }))) query.set(name, String(value))
  if (tables.includes('rates')) query.set('by', filters.by)
  return `/api/v1/export/tables?${query}`
}
