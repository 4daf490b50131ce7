// The fields of a sampling form, section by section: what has to be filled in first, the rest behind it.
import type { AskedField } from '../api/types'

export interface Section {
  name: string
  needed: AskedField[]
  optional: AskedField[]
}

export function grouped(fields: readonly AskedField[]): Section[] {
  const sections: Section[] = []
  for (const field of fields) {
    let section = sections.find((one) => one.name === field.section)
    if (!section) sections.push((section = { name: field.section, needed: [], optional: [] }))
    ;(field.required ? section.needed : section.optional).push(field)
  }
  return sections
}

/** What every form has. */
export const commonFields = ['sample_name', 'quantity', 'reserve', 'storage', 'second_sampler', 'official_number'] as const
export type Common = Record<'sampled_on' | (typeof commonFields)[number], string>

const fieldOfCode: Readonly<Record<string, keyof Common>> = {
  bad_date: 'sampled_on', same_sampler: 'second_sampler', bad_official_number: 'official_number', official_number_taken: 'official_number',
}

/** The field that a refusal is about, empty when it cannot be told. The node names the programme's own fields by code. */
export function fieldRefused(code: string, params: Readonly<Record<string, string>>, form: Common): string {
  if (params['field_code']) return params['field_code']
  if (code === 'missing_field') return (['sample_name', 'quantity'] as const).find((field) => form[field].trim() === '') ?? ''
  return fieldOfCode[code] ?? ''
}

/** Whether anything was typed that would be lost. */
export const isTyped = (start: Common, form: Common, values: Readonly<Record<string, string>>): boolean =>
  Object.values(values).some((value) => value.trim() !== '') || (Object.keys(start) as (keyof Common)[]).some((field) => form[field].trim() !== start[field])
