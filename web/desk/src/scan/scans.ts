// The scans of this page, newest first, each with what became of it. Scans are carried out one after the other, so that
// a second scan of the same label is answered as the duplicate it is.
import { asProblem, type Problem } from '@qlims/kit/api.ts'
import { computed, reactive } from 'vue'
import { desk, type Particulars } from '../api/desk'
import type { Doubt, LabelReading, ReceivedAnswer, SamplePage } from '../api/types'
import { refreshStatus } from '../live'
import { zh } from '../words/zh'
import { sound } from './sound'

export type Outcome = 'pending' | 'received' | 'duplicate' | 'unknown' | 'doubt' | 'unreadable' | 'typed' | 'refused'

export interface Scan {
  id: number
  at: string
  /** What was scanned or typed; the file's name for a picture. */
  text: string
  outcome: Outcome
  number: string
  commodity: string
  copy: number
  problem: Problem | null
  doubts: Doubt[]
  reading: LabelReading | null
  page: SamplePage | null
  photo: Blob | null
  photoUrl: string
  /** As the label was taken in. */
  again: ((what: Particulars) => Promise<ReceivedAnswer>) | null
}

const kept = 500 // scans of a long morning; older ones are in the samples' histories

export type ConditionKey = keyof typeof zh.reception.conditions

export const scans = reactive({
  list: [] as Scan[],
  selected: 0,
  condition: 'good' as ConditionKey,
  seal: 'not_checked',
  statusBox: 'not_seen',
})

export const selectedScan = computed(() => scans.list.find((scan) => scan.id === scans.selected) ?? null)

export const counts = computed(() => {
  const of = (...outcomes: Outcome[]) => scans.list.filter((scan) => outcomes.includes(scan.outcome)).length
  return { received: of('received'), duplicate: of('duplicate'), other: of('unknown', 'doubt', 'unreadable', 'typed', 'refused') }
})

/** What is written down is Chinese, whichever language the page speaks. */
export const particulars = (): Particulars => ({
  condition: zh.reception.conditions[scans.condition],
  seal: scans.seal === 'not_checked' ? '' : scans.seal,
  status: scans.statusBox === 'not_seen' ? '' : scans.statusBox,
})

// What was said of one sample only is not said of the next.
function backToUsual(): void {
  scans.condition = 'good'
  if (scans.seal === 'broken') scans.seal = 'not_checked'
  if (scans.statusBox !== 'waiting') scans.statusBox = 'not_seen'
}

let last = 0
function add(scan: Partial<Scan>): Scan {
  const whole: Scan = {
    id: ++last, at: new Date().toISOString(), text: '', outcome: 'pending', number: '', commodity: '', copy: 1, problem: null,
    doubts: [], reading: null, page: null, photo: null, photoUrl: '', again: null, ...scan,
  }
  scans.list.unshift(whole)
  for (const old of scans.list.splice(kept)) if (old.photoUrl) URL.revokeObjectURL(old.photoUrl)
  return scans.list[0]!
}

export function outcomeOf(problem: Problem): Outcome {
  if (Array.isArray(problem.more['doubts'])) return 'doubt'
  switch (problem.code) {
    case 'already_received':
      return 'duplicate'
    case 'unknown_sample':
    case 'foreign_code':
    case 'unknown_official_number':
    case 'number_replaced':
    case 'other_laboratory':
      return 'unknown'
    case 'label_unreadable':
    case 'several_samples':
    case 'number_contradicts':
      return 'unreadable'
    default:
      return 'refused'
  }
}

let queue: Promise<unknown> = Promise.resolve()
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(work, work)
  queue = turn.catch(() => undefined)
  return turn
}

async function carryOut(scan: Scan, receive: () => Promise<ReceivedAnswer>): Promise<void> {
  try {
    const answer = await inTurn(receive)
    scan.outcome = 'received'
    scan.number = answer.number
    scan.commodity = answer.commodity
    scan.copy = answer.copy
    scan.problem = null
    sound(true)
    backToUsual()
    void refreshStatus() // the lists around follow at once
    if (scan.photo) scan.page = await desk.sample(answer.number).catch(() => null)
  } catch (thrown) {
    const problem = asProblem(thrown)
    scan.problem = problem
    scan.outcome = outcomeOf(problem)
    sound(false)
    scan.doubts = (problem.more['doubts'] as Doubt[] | undefined) ?? []
    scan.reading = (problem.more['reading'] as LabelReading | undefined) ?? null
    const sample = problem.more['sample'] as { number?: string; commodity?: string } | undefined
    scan.number = sample?.number ?? scan.reading?.number ?? ''
    scan.commodity = sample?.commodity ?? ''
    if (scan.outcome !== 'duplicate' && scan.outcome !== 'unknown') scans.selected = scan.id
  }
}

export function receiveScanned(text: string): Promise<void> {
  const again = (what: Particulars) => desk.receiveScan(text, what)
  const scan = add({ text, again })
  return carryOut(scan, () => again(particulars()))
}

/** Waits for a person to say why it was typed. */
export function noteTyped(text: string): void {
  const scan = add({ text, number: text, outcome: 'typed' })
  scans.selected = scan.id
}

export function receivePhoto(photo: Blob, name: string): Promise<void> {
  const again = (what: Particulars) => desk.receivePhoto(photo, what)
  const scan = add({ text: name, photo, photoUrl: URL.createObjectURL(photo), again })
  scans.selected = scan.id
  return carryOut(scan, () => again(particulars()))
}

export async function receiveByStationCamera(camera: string): Promise<void> {
  const again = (what: Particulars) => desk.receiveCamera(camera, what)
  const scan = add({ text: camera, again })
  scans.selected = scan.id
  await carryOut(scan, () => again(particulars()))
  if (scan.outcome === 'received') scan.page = await desk.sample(scan.number).catch(() => null)
}

/** A person has looked at the doubts that they name, and says why. */
export function acceptDoubts(scan: Scan, codes: readonly string[], reason: string): Promise<void> {
  const again = scan.again
  if (!again) return Promise.resolve()
  scan.outcome = 'pending'
  return carryOut(scan, () => again({ ...particulars(), accept: codes.join(','), reason }))
}

/** The number was read by a person, off the label or off the picture, which stays as evidence where the node keeps it. */
export function receiveTyped(scan: Scan, number: string, reason: string, accept: readonly string[] = []): Promise<void> {
  const photo = scan.photo
  const again = async (what: Particulars) => {
    const evidence = photo ? await desk.keepPhoto(photo).catch(() => null) : null
    const typed = { ...what, reason: what.reason || reason }
    return desk.receiveTyped(number, evidence ? { ...typed, photo: evidence.photo } : typed)
  }
  scan.again = again
  scan.outcome = 'pending'
  return carryOut(scan, () => again({ ...particulars(), reason, ...(accept.length > 0 ? { accept: accept.join(',') } : {}) }))
}

export function clearScans(): void {
  for (const scan of scans.list) if (scan.photoUrl) URL.revokeObjectURL(scan.photoUrl)
  scans.list = []
  scans.selected = 0
}
