// Where a table as a file is found: under the filters of the page, as the page has them.
import { addressOf, type Filters } from '../filters'

export type TableName = 'results' | 'nonconforming' | 'rates' | 'progress'
export type FileForm = 'xlsx' | 'pdf' | 'csv' | 'gb18030'

/** How tasks stand is counted by programme and city, and of now only. */
const narrowed = (filters: Filters): Filters => {
  const { programme, city } = filters.where
  return { ...filters, where: { ...(programme ? { programme } : {}), ...(city ? { city } : {}) }, verdicts: 'final', asOf: '' }
}

/** Whether the file has more in it than the page, because the table cannot have all of its filters. */
export const isWider = (table: TableName, filters: Filters): boolean =>
  table === 'progress' && (filters.asOf !== '' || Object.keys(filters.where).some((axis) => axis !== 'programme' && axis !== 'city'))

/** CSV with the mark by which spreadsheets in China see that it is UTF-8, or in GB18030. Of several tables one file, with
 *  those that can have the filters. */
export function exportAddress(table: TableName | readonly TableName[], form: FileForm, filters: Filters): string {
  const tables = typeof table === 'string' ? [table] : table.filter((one) => !isWider(one, filters))
  const query = new URLSearchParams({ table: tables.join(','), format: form === 'gb18030' ? 'csv' : form })
  if (form === 'csv') query.set('encoding', 'utf-8-bom')
  if (form === 'gb18030') query.set('encoding', 'gb18030')
  const has = table === 'progress' ? narrowed(filters) : filters
  for (const [name, value] of Object.entries(addressOf({ ...has, from: 30, by: 'city' }))) query.set(name, String(value))
  if (tables.includes('rates')) query.set('by', filters.by)
  return `/api/v1/export/tables?${query}`
}
