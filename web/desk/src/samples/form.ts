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
