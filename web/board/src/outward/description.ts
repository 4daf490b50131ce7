// The description of the interface, as the page for integrators reads it.

export interface Schema { $ref?: string; type?: string | string[]; enum?: string[]; properties?: Record<string, Schema>; required?: string[]; items?: Schema; description?: string; format?: string; pattern?: string; oneOf?: Schema[] }
export interface Parameter { name: string; in: string; required?: boolean; description?: string; schema?: Schema }
type Content = Record<string, { schema?: Schema }>
export interface Operation { summary: string; parameters?: Parameter[]; requestBody?: { required?: boolean; description?: string; content: Content }; responses: Record<string, { description?: string; content?: Content }>; 'x-codes'?: string[] }
export interface Description { info: { description: string }; 'x-codes': string[]; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

export interface Field { name: string; type: string; required: boolean; about: string }
export interface Entry { method: string; path: string; summary: string; parameters: Field[]; takes: string[]; body: Field[]; gives: string[]; answer: Field[]; codes: string[] }
export interface Group { name: string; entries: Entry[] }

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

/** "integer", "a | b", "Notice[]": of what kind a value is, in a few words. */
export function typeOf(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) return nameOf(schema.$ref)
  if (schema.enum) return schema.enum.join(' | ')
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' | ')
  if (schema.items) return `${typeOf(schema.items)}[]`
  const kind = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? '')
  return schema.format ? `${kind} (${schema.format})` : kind
}

function fieldsOf(schema: Schema | undefined, all: Description): Field[] {
  const known = schema?.$ref ? all.components.schemas[nameOf(schema.$ref)] : schema
  return Object.entries(known?.properties ?? {}).map(([name, one]) => ({ name, type: typeOf(one), required: known?.required?.includes(name) ?? false, about: one.description ?? '' }))
}

function entryOf(method: string, path: string, one: Operation, all: Description): Entry {
  const good = Object.entries(one.responses).find(([status]) => status.startsWith('2'))?.[1]
  return {
    method: method.toUpperCase(),
    path,
    summary: one.summary,
    parameters: (one.parameters ?? []).map((each) => ({ name: each.name, type: typeOf(each.schema), required: each.required ?? false, about: each.description ?? '' })),
    takes: Object.keys(one.requestBody?.content ?? {}),
    body: fieldsOf(one.requestBody?.content['application/json']?.schema, all),
    gives: Object.keys(good?.content ?? {}),
    // Of an answer nothing has to be given.
    answer: fieldsOf(good?.content?.['application/json']?.schema, all).map((field) => ({ ...field, required: false })),
    codes: one['x-codes'] ?? [],
  }
}

/** All addresses, grouped by the first word behind the version; of a text only those that have it somewhere. */
export function groupsOf(all: Description, text = ''): Group[] {
  const wanted = text.trim().toLowerCase()
  const groups = new Map<string, Entry[]>()
  for (const [path, methods] of Object.entries(all.paths)) {
    const name = path.replace(/^\/api\/v\d+\//, '').replace(/^\//, '').split('/')[0] ?? ''
    for (const [method, one] of Object.entries(methods)) {
      const entry = entryOf(method, path, one, all)
      if (wanted && !`${entry.method} ${path} ${one.summary}`.toLowerCase().includes(wanted)) continue
      groups.set(name, [...(groups.get(name) ?? []), entry])
    }
  }
  return [...groups].map(([name, entries]) => ({ name, entries })).sort((a, b) => (a.name < b.name ? -1 : 1))
}
