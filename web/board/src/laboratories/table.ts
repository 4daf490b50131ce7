// A laboratory as the table that the coordinator takes.

export interface Offer { id: number; name: string; city: string; capacity: number; panels: readonly string[] }

const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const tableOf = (one: Offer): string =>
  `编号,实验室,市州代码,容量,检测包\n${[String(one.id), one.name.trim(), one.city, String(one.capacity), one.panels.join(' ')].map(cell).join(',')}\n`
