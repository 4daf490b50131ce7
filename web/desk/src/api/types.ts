// What the node's REST interface answers, as lab-node/desk writes it. Measured values are decimal texts: "0.050" is not
// "0.05", and never becomes a number here.

export type SampleState =
  | 'assigned' | 'sampled' | 'received' | 'measuring' | 'judged' | 'reviewed' | 'approved' | 'declined' | 'revoked'

export type Action =
  | 'look' | 'fill_form' | 'decline' | 'renumber' | 'receive' | 'measure' | 'retract' | 'judge_again' | 'inspect_lot'
  | 'decide_quarantine' | 'replay' | 'decide_run' | 'confirm_instrument' | 'review' | 'return_record' | 'approve'
  | 'amend' | 'dispose' | 'keep_picture'
  | 'see_people' | 'manage_people'

export interface Port {
  name: string
  kind: string
  instrument: string
  technician: string
  trouble: string
}

export interface Status {
  enrolled: boolean
  node: number
  laboratory: number
  laboratory_name: string
  linked: boolean
  welcome: boolean
  refusal: string
  clock_skew: { direction: 'ahead' | 'behind'; seconds: number } | null
  store: { room: 'enough' | 'little' | 'reserved' }
  stream: { incarnation: number; sequence: number; acknowledged: number }
  orders: number
  samples: Record<SampleState, number>
  captures: number
  quarantine_open: number
  runs_open: number
  tray_open: number
  devices_waiting: number
  ports: Port[]
  build: string
}

/** What may wait for somebody. */
export type Wait =
  | 'to_sample' | 'to_receive' | 'tray' | 'to_measure' | 'returned' | 'to_confirm' | 'quarantine' | 'instruments' | 'runs'
  | 'to_review' | 'to_approve'

export interface WaitLine {
  role: string
  what: Wait
  count: number
}

export interface Lot {
  lot_size: number
  level: string
  aql: string
  inspection: string
  code_letter: string
  final_letter: string
  n: number
  n_to_inspect: number
  ac: number
  re: number
  explanation: string
  inspected?: number
  nonconforming?: number
}

export interface SampleLine {
  number: string
  blind_code: string
  task: string
  programme: string
  city: string
  county: string
  category: string
  commodity: string
  stage: string
  round: number
  panel: string
  due: string
  state: SampleState
  state_name: string
  sampled_on: string
  record: string
  outcome: string
  analyst: string
  reviewer: string
  approver: string
  returned: boolean
  provisional: boolean
  retest: boolean
  /** Why an approved report is being corrected. */
  amends: string
  /** Why its reserve may not be destroyed. */
  held: string
  note: string
  /** In lists: why nobody may sign it now; a code of `words.codes`. */
  blocked?: '' | 'run_failed' | 'run_held'
  lot: Lot | null
  disposition: string | null
}

export interface Limit {
  kind: string
  lower: string
  upper: string
  unit: string
  standard: string
  clause: string
  commodity: string
  row: string
}

export interface Item {
  analyte: string
  method: string
  lod: string
  loq: string
  panel_unit: string
  reference_only: boolean
  definition?: string
  factor?: string
  total_of?: string
  value?: string
  unit?: string
  value_state?: string
  further?: { value: string; unit: string }[]
  limit?: Limit
  standard?: string
  verdict?: string
  reason?: string
  explanation?: string
}

export interface PrintedNumber {
  text: string
  agrees: string
}

export interface ReceptionLine {
  copy: number
  receiver: string
  at: string
  reader: string
  code: string
  condition: string
  photo: string
  thumbnail: string
  printed_number: PrintedNumber
  status: string
  seal: string
  seal_photo: string
  captured_at: string
  device: string
  accepted: string
  reason: string
}

export interface SampleEvent {
  incarnation: number
  sequence: number
  kind: string
  at: string
  person: string
  what: string
  hash: string
  previous: string
}

export interface SamplePage extends SampleLine {
  sampling_form?: {
    sampled_on: string
    sample_name: string
    quantity: string
    reserve: string
    storage: string
    official_number: string
    sampler: string
    second_sampler: string
    fields: { code: string; name: string; name_en: string; value: string }[]
  }
  reception?: ReceptionLine
  former_numbers: string[]
  further_copies: ReceptionLine[]
  edition: string
  items: Item[]
  captures: { capture: number; instrument: string; profile: string; portion: number; analytes: string[] }[]
  weighings: { instrument: string; reading: string; hash: string }[]
  runs: Run[]
  events: SampleEvent[]
  shelf: Shelf
  reports: ReportVersion[]
  declined?: Declining & { cause_name: string; cause_name_en: string; person: string }
}

export type DisposalWay = 'destroyed' | 'handed_over' | 'used_up'

export interface Container {
  copy: number
  letter: string
  tested: boolean
  seal: string
  condition: string
  receiver: string
  at: string
  gone: { way: DisposalWay; reason: string; witness: string; person: string; at: string } | null
  /** In which ways it may leave the shelf now. */
  ways: DisposalWay[]
  kept_because: string
}

export interface Shelf {
  containers: Container[]
  keeping: string
  until: string
  source: string
  held: string
}

export interface ReportVersion {
  version: number
  number: string
  at: string
  approver: string
  outcome: string
  reason: string
  amended_by: string
}

/** What a sampling form asks for, beside what every form has. */
export interface AskedField {
  code: string
  section: string
  name: string
  name_en: string
  kind: 'text' | 'date' | 'number' | 'choice'
  choices: string[]
  required: boolean
}

export interface SamplingFields {
  fields: AskedField[]
  /** Of the paper only: they name the enterprise. */
  on_paper: AskedField[]
  causes: { kind: 'unable' | 'refused'; code: string; name: string; name_en: string }[]
}

export interface Declining {
  kind: 'unable' | 'refused'
  cause: string
  reason: string
  second_sampler: string
  witnesses: string[]
  photos: string[]
}

export interface WorkLine {
  number: string
  blind_code: string
  commodity: string
  panel: string
  due: string
  state: SampleState
  returned: boolean
  note: string
  lot: Lot | null
  missing: string[]
  unconfirmed: string[]
}

export interface Run {
  capture: string
  record: string
  instrument: string
  analyst: string
  at: string
  samples: number
  accepted: boolean
  released: boolean
  problem: string
  reviewer: string
  reason?: string
  decided_at?: string
}

export interface RunCheck {
  kind: string
  method: string
  analyte: string
  row: string
  finding: string
  reason: string
  explanation: string
  figure: string
  window: string
  rules: string
}

export interface RunPage extends Run {
  edition: string
  checks: RunCheck[]
  shortages: { kind: string; method: string; analyte: string; needed: number; found: number }[]
  unlisted: number
}

export interface Chart {
  instrument: string
  method: string
  analyte: string
  material: string
  mean: string
  sd: string
  unit: string
  values: number
  next_line: { of: number; needed?: number; mean?: string; sd?: string }
  shown: { value: string; capture: string; at: string; released: boolean; rules: string[] }[]
}

export interface Capture {
  capture: number
  hash: string
  instrument: string
  port: string
  received: string
  octets: number
  profile: string
  observations: number
  taken: number
  same: number
  supporting: number
  checks: number
  quarantined: number
  refused: string
  person: string
  sample: string
  reading: string
}

/** A way to read the octets of a capture. */
export interface Format {
  name: string
  version: string
  title: string
  kind: 'table' | 'message' | 'meter' | 'spectrum'
}

/** One of several formats that recognise a file. */
export interface Candidate extends Format {
  reason: string
}

export interface Diagnostic {
  offset: number
  where: string
  message: string
}

export interface ReadRow {
  offset: number
  sample: string
  sample_type: string
  analyte: string
  value: string
  value_state: string
  unit: string
  flags: string[]
  device: string
  run: string
  time: string
}

/** A stored capture, read once more; nothing is kept of it. */
export interface Reading {
  capture: Capture
  taken_as: string
  profile: string
  reason: string
  refused: string
  covered_octets: number
  octets: number
  diagnostics: Diagnostic[]
  diagnostics_count: number
  observations: ReadRow[]
  observations_count: number
  candidates: Candidate[]
}

/** A capture of which something waits. */
export interface WaitingCapture extends Capture {
  open: number
  reasons: { reason: string; explanation: string; count: number }[]
}

export interface QuarantineEntry {
  entry: number
  capture: string
  capture_number: number
  instrument: string
  offset: number
  reason: string
  explanation: string
  sample: string
  analyte: string
  value: string
  unit: string
  device: string
  value_state: string
  at: string
  decided_by: string
  decision: string
}

export interface Device {
  instrument: string
  device: string
  state: string
  first: boolean
  waiting: boolean
  first_seen: string
  last_contact: string
  last_port: string
  decided_by: string
  decided_at: string
  reason: string
  captures: number
  observations: number
  taken: number
  quarantined: number
  refused_captures: number
  repeated_captures: number
}

export interface TrayEntry {
  entry: number
  code: string
  detail: string
  photo: string
  thumbnail: string
  number: string
  copy: number
  laboratory: string
  reader: string
  printed_number: PrintedNumber
  port: string
  at: string
  person: string
  decided_by: string
  decision: string
}

export interface FoundCode {
  symbology: string
  text: string
  is_sample_number: boolean
}

export interface Doubt {
  code: string
  detail: string
}

export interface ReceivedAnswer extends SampleLine {
  reader: string
  copy: number
  codes: FoundCode[]
}

/** What was read off a label that was not taken in. */
export interface LabelReading {
  number: string
  copy: number
  laboratory: string
  reader: string
  printed_number: PrintedNumber
  codes: FoundCode[]
}

export interface BatchResult {
  number: string
  ok: boolean
  code?: string
  detail?: string
  params?: Record<string, string>
}

/** A value that counts already where another one was given. */
export interface CountingValue {
  value: string
  unit: string
  instrument: string
  person: string
  at: string
}

export interface CaptureOutcome {
  capture: number
  profile: string
  observations: number
  taken: number
  same: number
  repeated: boolean
  quarantined: QuarantineEntry[]
  /** Of a file that came before: rows of it that nobody has decided yet. Absent on older nodes. */
  waiting?: number
  judged: string[]
  /** Why the format was chosen; empty when it was named. */
  reason: string
  covered_octets: number
  octets: number
  diagnostics: Diagnostic[]
}

export interface Cell {
  number: string
  analyte: string
  value: string
  unit?: string
}

export interface JudgedCell {
  number: string
  analyte: string
  ok: boolean
  verdict?: string
  reason?: string
  explanation?: string
  unit?: string
  value_state?: string
  limit?: Limit
  code?: string
  detail?: string
}

export interface WorksheetAnalyte {
  analyte: string
  unit: string
  method: string
  lod: string
  loq: string
  reference_only: boolean
}

export interface WorksheetSample {
  number: string
  blind_code: string
  commodity: string
  due: string
  state: SampleState
  values: Record<string, Omit<JudgedCell, 'number' | 'analyte' | 'ok'> & { value: string; unit: string }>
}

export interface Worksheet {
  panel: string
  analytes: WorksheetAnalyte[]
  samples: WorksheetSample[]
  next: string | null
}

export interface ClockLine {
  number: string
  task: string
  kind: string
  /** running or late; met, met_late and over in the whole list */
  state: string
  due: string
  source: string
}

export interface ClockPage {
  clocks: ClockLine[]
  counts: { running: number; late: number }
}

/** What this station may draw by itself of one quota cell. */
export interface Share {
  programme: string
  county: number
  category: string
  commodity: string
  stage: string
  round: number
  due: string
  /** The sample to draw next. */
  next: string | null
  left: number
  /** Of those left: the node was put back from a backup and does not know whether they were drawn. */
  doubted: number
  drawn: number
  /** Not drawn: declined, handed back or taken back. */
  none: number
}
