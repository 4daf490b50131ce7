// The node's REST interface, one function an address.
import { api } from '@qlims/kit/frame/session.ts'
import type {
  BatchResult, Capture, CaptureOutcome, Cell, Chart, ClockPage, CountingValue, Declining, Device, DisposalWay, Format, JudgedCell, QuarantineEntry, Reading,
  ReceivedAnswer, Run, RunPage, SampleLine, SamplePage, SamplingFields, Share, Status, TrayEntry, WaitingCapture, WaitLine, Worksheet, WorkLine,
} from './types'

export { api }
const v1 = '/api/v1'
const part = encodeURIComponent

export interface Paged<T> {
  lines: T[]
  next: string | null
  /** Of all that fit, where the node says so. */
  count?: number | undefined
}

const cursor = (next: unknown): string | null => (next === null || next === undefined ? null : String(next))

/** What a receiver adds to what the label says. */
export interface Particulars {
  condition: string
  seal?: string
  status?: string
  copy?: string
  accept?: string
  reason?: string
}

export const desk = {
  status: () => api.get<Status>(`${v1}/status`),
  waiting: () => api.get<{ waiting: WaitLine[] }>(`${v1}/waiting`).then((a) => a.waiting),

  async samples(query: { state?: string; waits?: string; after?: string | null; limit?: number; q?: string; panel?: string }): Promise<Paged<SampleLine>> {
    const answer = await api.get<{ samples: SampleLine[]; next: unknown; count: number }>(`${v1}/samples`, query)
    return { lines: answer.samples, next: cursor(answer.next), count: answer.count }
  },
  sample: (number: string) => api.get<SamplePage>(`${v1}/samples/${part(number)}`),
  clocks: (limit: number) => api.get<ClockPage>(`${v1}/clocks`, { limit }),
  worklist: (limit: number) => api.get<{ samples: WorkLine[] }>(`${v1}/worklist`, { limit }).then((a) => a.samples),

  profiles: () => api.get<{ profiles: Format[] }>(`${v1}/profiles`).then((a) => a.profiles),
  async captures(show: string, before: string | null, limit: number): Promise<Paged<Capture>> {
    const answer = await api.get<{ captures: Capture[]; next: unknown }>(`${v1}/captures`, { show, before, limit })
    return { lines: answer.captures, next: cursor(answer.next) }
  },
  rawCapture: (capture: number) => `${v1}/captures/${capture}/raw`,
  reading: (capture: number, query: { profile?: string; sample?: string }) =>
    api.get<Reading>(`${v1}/captures/${capture}/reading`, query),
  /** `isNew`: the station does not know the instrument yet, and the person has said that it is one. */
  uploadCapture: (file: File, { instrument, profile, isNew }: { instrument: string; profile: string; isNew: boolean }) =>
    api.upload<CaptureOutcome>(`${v1}/captures`, file, { instrument, name: file.name, profile, ...(isNew ? { new: 1 } : {}) }),
  replay: (capture: number, profile: string) =>
    api.post<{ taken: number; open: number }>(`${v1}/captures/${capture}/replay`, profile ? { profile } : {}),
  async quarantine(query: { open: 0 | 1; capture?: number | undefined; reason: string }, after: string | null, limit: number): Promise<Paged<QuarantineEntry>> {
    const answer = await api.get<{ entries: QuarantineEntry[]; next: unknown }>(`${v1}/quarantine`, { ...query, after, limit })
    return { lines: answer.entries, next: cursor(answer.next) }
  },
  resolve: (entry: number, number: string, analyte: string, reason: string) =>
    api.post<SampleLine>(`${v1}/quarantine/${entry}/resolve`, { number, analyte, reason }),
  resolveSeveral: (entries: number[], number: string, reason: string) =>
    api.post<{ sample: SampleLine; resolved: number }>(`${v1}/quarantine/resolve`, { entries, number, reason }),
  reject: (entry: number, reason: string) => api.post<QuarantineEntry>(`${v1}/quarantine/${entry}/reject`, { reason }),
  waitingCaptures: () => api.get<{ captures: WaitingCapture[]; count: number; entries: number }>(`${v1}/quarantine/captures`),
  rejectSeveral: (entries: number[], reason: string) =>
    api.post<{ results: BatchResult[] }>(`${v1}/quarantine/reject`, { entries, reason }).then((a) => a.results),
  rejectOfCapture: (capture: number, reasonCode: string, reason: string) =>
    api.post<{ rejected: number }>(`${v1}/captures/${capture}/quarantine/reject`, { reason_code: reasonCode, reason }).then((a) => a.rejected),
  devices: () => api.get<{ instruments: Device[] }>(`${v1}/instruments`, { limit: 500 }).then((a) => a.instruments),
  decideDevice: (instrument: string, device: string, confirm: boolean, reason: string) =>
    api.post<Device & { waiting_entries: number; waiting_captures: { capture: number; entries: number }[] }>(
      `${v1}/instruments/decision`, { instrument, device, confirm, reason }),
  weigh: (number: string, instrument: string) => api.post<unknown>(`${v1}/weighings`, { number, instrument }),
  /** A weight or a reading that came without its sample; with an analyte it is that item's result. */
  placeWeight: (number: string, capture: number, analyte = '') => api.post<unknown>(`${v1}/weighings`, { number, capture, ...(analyte ? { analyte } : {}) }),
  inspectLot: (number: string, inspected: number, nonconforming: number) =>
    api.post<SampleLine>(`${v1}/lot-inspections`, { number, inspected, nonconforming }),

  async runs(open: boolean, after: string | null, limit: number): Promise<Paged<Run>> {
    const answer = await api.get<{ runs: Run[]; next: unknown }>(`${v1}/runs`, { open: open ? 1 : 0, after, limit })
    return { lines: answer.runs, next: cursor(answer.next) }
  },
  run: (capture: string) => api.get<RunPage>(`${v1}/runs/${part(capture)}`),
  decideRun: (run: Run, release: boolean, reason: string) =>
    api.post<Run>(`${v1}/runs/${part(run.capture)}/decision`, { record: run.record, release, reason }),
  charts: () => api.get<{ charts: Chart[] }>(`${v1}/control-charts`).then((a) => a.charts),

  receiveScan: (text: string, what: Particulars) => api.post<ReceivedAnswer>(`${v1}/receptions/scanned`, { text, ...what }),
  receiveTyped: (number: string, what: Particulars & { photo?: string }) =>
    api.post<ReceivedAnswer>(`${v1}/receptions/typed`, { number, ...what }),
  receivePhoto: (photo: Blob, what: Particulars) => api.upload<ReceivedAnswer>(`${v1}/receptions`, photo, { ...what }),
  receiveCamera: (camera: string, what: Particulars) =>
    api.upload<ReceivedAnswer>(`${v1}/receptions/camera`, new Blob([]), { camera, ...what }),
  cameraPicture: (camera: string) => `${v1}/cameras/${part(camera)}/picture`,
  keepPhoto: (photo: Blob) => api.upload<{ photo: string; thumbnail: string }>(`${v1}/photos`, photo),
  photo: (hash: string) => `${v1}/photos/${hash}`,
  async tray(after: string | null, limit: number): Promise<Paged<TrayEntry>> {
    const answer = await api.get<{ entries: TrayEntry[]; next: unknown }>(`${v1}/tray`, { open: 1, after, limit })
    return { lines: answer.entries, next: cursor(answer.next) }
  },
  receiveFromTray: (entry: number, what: Particulars & { number?: string }) =>
    api.post<SampleLine>(`${v1}/tray/${entry}/receive`, what),
  dismissFromTray: (entry: number, reason: string) => api.post<TrayEntry>(`${v1}/tray/${entry}/dismiss`, { reason }),
  samplingFields: (programme: string) => api.get<SamplingFields>(`${v1}/sampling-fields`, { programme }),
  samplingForm: (number: string) => `${v1}/samples/${part(number)}/sampling-form.pdf`,
  sampleForms: (forms: Record<string, unknown>[]) =>
    api.post<{ results: BatchResult[] }>(`${v1}/sampling-forms`, { forms }).then((a) => a.results),
  decline: (number: string, what: Declining) => api.post<SampleLine>(`${v1}/declines`, { number, ...what }),
  shares: () => api.get<{ shares: Share[] }>(`${v1}/shares`).then((a) => a.shares),
  handBack: ({ programme, county, category, commodity, stage, round }: Share, count: number, reason: string) =>
    api.post<{ handed_back: number }>(`${v1}/shares/hand-back`, { programme, county, category, commodity, stage, round, count, reason }).then((a) => a.handed_back),
  dispose: (number: string, copy: number, way: DisposalWay, reason: string, witness: string) =>
    api.post<SampleLine>(`${v1}/disposals`, { number, copy, way, reason, witness }),
  amend: (number: string, record: string, reason: string, password: string) =>
    api.post<SampleLine>(`${v1}/amendments`, { number, record, reason, password }),
  renumber: (number: string, reason: string) => api.post<SampleLine>(`${v1}/renumberings`, { number, reason }),
  judgeAgain: (number: string, reason: string) => api.post<SampleLine>(`${v1}/rejudgements`, { number, reason }),
  retract: (number: string, reason: string) => api.post<SampleLine>(`${v1}/retractions`, { number, reason }),
  report: (number: string, version = 0) => `${v1}/samples/${part(number)}/report.pdf${version > 0 ? `?version=${version}` : ''}`,
  label: (number: string, query: { format: string; layout: string; copies: number; pages?: string; dpi?: number }) => {
    const pairs = Object.entries(query).filter(([, v]) => v !== undefined).map(([k, v]) => `${k}=${part(String(v))}`)
    return `${v1}/samples/${part(number)}/label?${pairs.join('&')}`
  },

  review: (samples: { number: string; record: string }[], agreed: boolean, note: string, password: string) =>
    api.post<{ results: BatchResult[] }>(`${v1}/reviews`, { samples, agreed, note, password }).then((a) => a.results),
  approve: (samples: { number: string; record: string }[], password: string) =>
    api.post<{ results: BatchResult[] }>(`${v1}/approvals`, { samples, password }).then((a) => a.results),

  worksheet: (panel: string, after: string | null, limit: number) =>
    api.get<Worksheet>(`${v1}/worksheet`, { panel, after, limit }),
  judge: (cells: Cell[]) => api.post<{ cells: JudgedCell[] }>(`${v1}/verdicts`, { cells }).then((a) => a.cells),
  saveResults: (results: (Cell & { reason?: string })[], once: string) =>
    api.post<{ results: (BatchResult & { analyte: string; counts?: CountingValue })[]; judged: string[] }>(`${v1}/results`, { results }, once),
}
