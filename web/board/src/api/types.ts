// What the coordinator's REST interface answers, as coordinator/board writes it. Rates and limits of intervals are
// decimal texts in percent and never become numbers of which anything is computed; only drawing reads them as numbers.

/** What rows may be by, and what they may be of. By analyte, or of one, they count items of samples. */
export type Axis = 'programme' | 'city' | 'county' | 'category' | 'stage' | 'round' | 'month' | 'lab' | 'analyte'
export type Verdicts = 'first' | 'final'
export type TaskState = 'planned' | 'allocated' | 'granted' | 'judged' | 'cancelled'

export interface Figures {
  pass: number
  fail: number
  problem: number
  undetermined: number
  rate: string
  rate_low: string | null
  rate_high: string | null
  small_cell: boolean
  /** Samples that a rule of sampling keeps out of the rate. */
  aside: number
  meets_target: boolean | null
  target?: string | null
  evidence?: string | null
  /** Of undetermined items: no limit applies; judged for reference only. */
  without_basis?: number
  reference?: number
}

export interface SummaryRow extends Figures {
  programme?: string
  programme_name?: string
  city?: number
  city_name?: string
  county?: number
  county_name?: string
  category?: string
  category_name?: string
  round?: number
  stage?: string
  stage_name?: string
  month?: string
  lab?: number
  lab_name?: string
  analyte?: string
}

export interface Summary {
  verdicts: Verdicts
  unit: 'samples' | 'items'
  rows: SummaryRow[]
  total: Figures
  /** Null where it is not known under these filters. */
  planned: number | null
  judged: number | null
  /** By production, beside the pooled rate; or why there is none. */
  weighted: { rate: string; standard_error: string; source: string } | null
  weighted_missing: string | null
  as_of: string
  data_version: number
}

export interface PlanLine {
  plan: number
  revision: number
  title: string
  year: number
  due: string
  /** expanding, allocating, dispatching, revising or ready */
  state: string
  /** Ordered by the revision in force. */
  samples: number
  tasks_total: number
  tasks: Record<TaskState, number>
}

export interface PlanPage extends PlanLine {
  source: string
  cells: { programme: string; city: number; city_name?: string; category: string; category_name?: string; quota: number }[]
}

export interface NodeLine {
  id: number
  name: string
  enrolled: string
  revoked: boolean
  connected: boolean
  last_contact: string | null
  events: number
  orders: number
  orders_acknowledged: number
  backlog: number
  incarnation: number
  resyncs: number
  frozen: boolean
  forks: number
  waived: boolean
  clock_skew: { direction: 'ahead' | 'behind'; seconds: number } | null
}

export interface LaboratoryLine {
  id: number
  name: string
  city: number
  nodes: NodeLine[]
}

export interface Status {
  generation: number
  mode: 'normal' | 'recovery'
  plans: PlanLine[]
  laboratories: LaboratoryLine[]
  late: number
  quarantined: number
  series_discontinued: { series: number; commodity: string; aql: string; waiting: number }[]
  scrub: { damage: string; running: boolean; records: number; finished: string }
  store: { room: 'enough' | 'little' | 'reserved' }
}

export interface TaskLine {
  task: string
  number: string
  blind_code: string
  programme: string
  city: number
  county: number
  category: string
  commodity: string
  stage: string
  round: number
  panel: string
  due: string
  state: TaskState
  laboratory: number | null
  node: number | null
}

export interface Party { enterprise: number; name: string }
/** Whom a sample is of, in the register; only for who may see it. */
export interface Parties { unit: Party | null; producer: Party | null }

/** What failed, with the limit it was held against. */
export interface FailedItem { analyte: string; value: string; unit: string; limit: string; standard: string; retest: boolean }
/** By which rule of sampling a sample is in no rate; of a moment only that it was. */
export interface Aside { rule: string; reason: string; instead: string | null }

export interface WarningLine {
  programme: string
  programme_name?: string
  city: number
  city_name?: string
  category: string
  category_name?: string
  level: 'red' | 'amber'
  judged: number
  pass: number
  rate: string
  rule: string
  /** One Chinese sentence with the figures. */
  reason: string
}

export interface NonconformingLine extends TaskLine {
  parties?: Parties
  first: string
  final: string
  month: string
  version: number
  failed: number
  failed_items: FailedItem[]
  aside: Aside | null
  stage_name: string
  lab_name?: string
  city_name?: string
  category_name?: string
}

export interface DeclinedLine extends TaskLine {
  /** unable or refused */
  kind: string
  cause: string
  cause_name: string
  cause_name_en: string
  reason: string
  second_sampler: string
  witnesses: string[]
  /** Hashes: the pictures are at the laboratory. */
  photos: string[]
  at: string
  person: string
  city_name?: string
}

export interface ClockLine {
  task: string
  number?: string
  kind: string
  /** running, late, met, met_late or over */
  state: string
  started: string
  due: string
  from_weekends: boolean
  source: string
}

export interface ClockPage {
  rows: ClockLine[]
  /** By state, of all pages. */
  counts: Record<string, number>
  next: string | null
}

export interface NoticeLine {
  task: string
  number: string
  commodity: string
  /** made, sent, received or withdrawn */
  state: string
  confirmed: string
  sent: string | null
  sent_by: string
  received: string | null
  clock: ClockLine | null
  /** Empty until it is sent. */
  text_hash: string
  to?: string
  /** The words, of one notice and for those who may see them. */
  text?: string
}

interface LaboratoryName { laboratory: number; name: string | null }

export interface ObjectionLine {
  task: string
  number: string
  kind: string
  state: string
  raised: string
  registered_by: string
  window_end: string | null
  draw: { seed: string; candidates: LaboratoryName[]; drawn: LaboratoryName } | null
  first?: string
  final?: string
  by?: string
}

export interface EventLine {
  node: number
  incarnation: number
  sequence: number
  hash: string
  previous: string
  at: string
  person: string
  token: string
  kind: string
  disposition: string
  reason?: string
  details: Record<string, unknown>
}

export interface Handover { person: string; at: string; node: number | null; reserve: string; reason: string }

export interface TaskPage extends TaskLine {
  city_name?: string
  county_name?: string
  category_name?: string
  token: string | null
  waits: unknown
  /** What one person has proposed and another one may confirm. */
  handover: Handover | null
  /** Nobody does it unless a person acts. */
  nobody: boolean
  /** By every rule of sampling that keeps it out of the rates; empty for nearly every sample. */
  aside: Aside[]
  result: {
    outcome: string
    version: number
    counted_version: number
    analyst: string
    reviewer: string
    judged_for: string
    first?: string
    final?: string
    month?: string
    failed: { item: number | null; reason: string; limit_row: number }[]
  } | null
  lot?: object | null
  retest?: { state: string; first_laboratory: number; laboratory: number; reason: string; ordered: string; draw: { seed: string; candidates: number[]; drawn: number } | null }
  parties?: Parties
  sampled_unit?: { name: string; licence: string; address: string } | null
  /** Fields of the sampling form; those that name the enterprise for few. */
  form: { code: string; section: string; name: string; name_en: string; value: string }[]
  events: EventLine[]
}

export interface PlanCellLine { programme: string; city: number; city_name?: string; county: number; county_name?: string; category: string; category_name?: string; commodity: string; stage: string; round: number; panel: string; lots: boolean; enterprise?: string }
export interface PlanChange extends PlanCellLine { before: number; after: number }
export interface ChangeSums { added: number; raised: number; lowered: number; removed: number; samples_more: number; samples_fewer: number }
export interface PlanRevision { revision: number; at: string | null; person: string; reason: string; source: string; before: number; after: number; sums: ChangeSums }
/** What a file would change in the plan of its year and title. */
export interface RevisionCheck {
  plan: number
  revision: number
  next: number
  former: number | null
  before: number
  after: number
  created: number
  cancelled: number
  sums: ChangeSums
  changes: PlanChange[]
  changes_total: number
  held: (PlanCellLine & { wanted: number; granted: number; judged: number })[]
}
export interface PlanTaken { accepted: true; dry_run?: boolean; plan?: number; revision?: number; tasks: number; cancelled?: number; already_imported?: boolean; revises?: RevisionCheck }
export interface PlanError { row: number; column: string; value: string; message: string; sheet: string }

export interface ReportSection {
  key: string
  heading: string
  narrative: string
  columns: { heading: string; figure: boolean; width: number }[]
  rows: string[][]
}

export interface Report {
  report: number
  title: string
  state: 'draft' | 'frozen'
  version: number
  revision: number
  drafted_by: string
  drafted: string
  frozen_by: string | null
  frozen: string | null
  superseded: boolean
  content_hash: string
  content?: { title: string; facts: { what: string; value: string }[]; sections: ReportSection[] }
}

export type PlacedBecause = 'own_city' | 'no_own_laboratory' | 'own_city_full' | 'own_city_excluded'
export interface AllocatedRow { city: number; city_name?: string; panel: string; laboratory: number; name: string; count: number; because: PlacedBecause; kilometres: number; reason: string }
export interface LaboratoryShare { laboratory: number; name: string; tasks: number; assigned: number; kept: number; before: number; elsewhere: number; capacity: number; left: number }
export interface Allocation { plan: number; assignments: LaboratoryShare[]; rows: AllocatedRow[]; kilometres: number; dry_run?: boolean }
export interface KeptAllocation { plan: number; number: number; at: string; person: string; terms: { laboratory: number; capacity: number }[]; rows: AllocatedRow[] }
export interface SamplingRule { rule: string; programme: string | null; kind: 'same_batch' | 'shop_share' | 'escrow' | 'publish' | 'warning'; limit: number | null; from: string; until: string | null; in_force: boolean; reason: string }
export interface Rules { today: string; sampling: SamplingRule[]; independence: { rule: string; programme: string | null; laboratory: number; name: string | null; enterprise?: string; reason: string }[] }
