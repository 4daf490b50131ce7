// What an entry of the diary says in the words of the page. Entries are stored as they were written; the interface
// takes them apart, and what a person wrote stays as it is.
import { filled } from '@qlims/kit/frame/said.ts'
import { wordFor } from '@qlims/kit/language.ts'
import { moment } from '@qlims/kit/time.ts'
import type { DiaryRow } from '../api/office-types'
import type { Words } from '../words'

export interface Told {
  /** The task it is about, or nothing. */
  task: string
  /** In the language of the page; empty when the kind says it all. */
  text: string
  /** What a person wrote, in their language. */
  reason: string
  /** False: the words as they are stored, because their sentence is not known. */
  known: boolean
}

const short = (hash: string): string => (/^[0-9a-f]{24,}$/.test(hash) ? `${hash.slice(0, 12)}…` : hash)

/** `nodeOf`: the name of a node, or nothing. */
function valueIn(words: Words, nodeOf: (id: string) => string): (field: string, value: string) => string {
  const named: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    clock: words.disputes.kinds, objection: words.disputes.objectionKinds, objection_state: words.disputes.objectionStates, state: words.enterprises.states,
    signal_kind: words.signals.kinds, signal_state: words.signals.states, severity: words.enterprises.severity, decision: words.exceptions.decided, disposition: words.sample.dispositions,
  }
  const times = new Set(['due', 'confirmed', 'received', 'until', 'window'])
  return (field, value) => {
    if (named[field]) return wordFor(named[field], value)
    if (times.has(field)) return moment(value) || value
    if (field === 'node') return nodeOf(value) || (filled(words.diary.node, { node: value }) ?? value)
    if (field === 'candidates') return value.replace(/,$/, '')
    return short(value)
  }
}

export function tell(row: Pick<DiaryRow, 'form' | 'parts' | 'subject'>, words: Words, nodeOf: (id: string) => string = () => ''): Told {
  const task = row.parts['task'] ?? ''
  const reason = row.parts['reason'] ?? ''
  if (row.form === null) return { task: /T-\d+\.\d+-\d+/.exec(row.subject)?.[0] ?? '', text: row.subject, reason: '', known: false }
  const { first, last } = row.parts
  const say = valueIn(words, nodeOf)
  const parts: Record<string, string> = Object.fromEntries(Object.entries(row.parts).map(([field, value]) => [field, say(field, value)]))
  if (first !== undefined && last !== undefined) parts['range'] = first === last ? first : `${first}–${last}`
  const sentence = wordFor(words.diary, row.form)
  // A form without a sentence says nothing beside its kind.
  const text = sentence === row.form ? '' : filled(sentence, parts)
  return text === undefined ? { task, text: row.subject, reason: '', known: false } : { task, text, reason, known: true }
}
