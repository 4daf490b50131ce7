// The English words of revising a plan, of dividing it among laboratories, and of the rules in force.
import type { Shape } from '@qlims/kit/language.ts'
import type { planning as zh } from './zh'

export const planning: Shape<typeof zh> = {
  revisions: {
    title: 'Revisions', of: (plan, next) => `This revises plan ${plan} (to revision ${next}) and is no new plan. Give another title for a plan of its own.`,
    former: (n) => `The same as revision ${n}: importing it brings that one back.`, restore: 'bring the earlier revision back',
    sums: (added, raised, lowered, removed) => `${added} cells added, ${raised} raised, ${lowered} lowered, ${removed} removed`,
    totals: (before, after) => `samples ${before} → ${after}`,
    tasks: (created, cancelled) => `${created} tasks are made, and ${cancelled} that nobody has are cancelled; what is granted or judged stays.`,
    held: (n) => `${n} cells would be below what is granted or judged. Raise them, or take back or cancel tasks first.`,
    wanted: 'Wanted', granted: 'Granted', judged: 'Judged', cell: 'Cell', before: 'Before', after: 'After', change: 'Change',
    kinds: { added: 'added', raised: 'raised', lowered: 'lowered', removed: 'removed' },
    first: (shown, all) => `the first ${shown} of ${all} cells`, reason: 'Reason of the revision (kept for good)', store: 'Revise',
    taken: (plan, revision, created, cancelled) => `Plan ${plan} is at revision ${revision}: ${created} tasks made, ${cancelled} cancelled.`,
    number: 'Revision', at: 'Time', person: 'By', samples: 'Samples', why: 'Reason', look: 'Changes', table: 'Table of that revision',
    imported: 'import', current: 'in force', round: (n) => `round ${n}`,
  },
  division: {
    title: 'Allocation and what-if',
    hint: 'By capability, capacity, independence and distance. A capacity is of the year: what other plans hold, and what of this plan is granted or judged, is taken off first. May be repeated before dispatch.',
    capacity: 'Capacity', without: 'Left out', withoutOf: (name) => `leave out ${name}`, capacityOf: (name) => `capacity of ${name}`,
    elsewhere: 'Other plans', kept: 'Granted', before: 'Now', after: 'After', change: 'Change', left: 'Places left', try: 'What if', commit: 'Allocate so',
    stale: 'Something was changed: try again.', tried: (km) => `It would take ${km} km × samples. Nothing has been stored.`,
    rows: 'Where samples go, and why', city: 'City', panel: 'Panel', count: 'Samples', reason: 'Why',
    reasons: {
      own_city: () => 'laboratory of the city', no_own_laboratory: (km) => `no laboratory of the city can test it: ${km} km`,
      own_city_full: (km) => `the city's laboratory is full: ${km} km`, own_city_excluded: (km) => `the city's laboratory has to keep away: ${km} km`,
    },
    last: (n, person, at) => `allocation ${n}, by ${person}, ${at}`, lastTerms: 'Capacities that were assumed', never: 'Not allocated yet.',
  },
  rules: {
    title: 'Rules in force', hint: 'From sampling_rules.csv and independence.csv of the reference set.',
    none: 'No rules: shares are not held in escrow, repeated sampling is not looked for, no laboratory has to keep away.',
    rule: 'Rule', programme: 'Programme', every: 'all', kind: 'Kind',
    kinds: { same_batch: 'same batch', shop_share: 'share of a shop', escrow: 'escrow', publish: 'publication', warning: 'warning', independence: 'independence' },
    meaning: {
      same_batch: (n) => `at most ${n} of one producer, product and production date in a quarter`, shop_share: (n) => `at most ${n}% of a cell from one unit`,
      escrow: () => 'what may have been drawn is given to nobody else', publish: (n) => `figures of fewer than ${n} samples are not published`,
      warning: (n) => `warns from ${n} judged samples on`, independence: (n) => `laboratory ${n} keeps away`,
    },
    content: 'Content', from: 'From', until: 'Until', over: 'not in force', reason: 'By',
  },
  retest: {
    act: 'Order a retest', meaning: 'Another laboratory tests the reserve for the items that failed; its verdict is final. Unless one is named it is drawn by lot among those that can and need not keep away; seed and candidates are kept.',
    laboratory: 'Laboratory', drawn: 'drawn by lot', cannot: 'Such a reserve cannot be tested again.', unasked: 'Say whether the reserve is fit and whether it is past its shelf life.', button: 'Order',
    done: (name, n) => (n > 0 ? `${name} tests it again (drawn by lot out of ${n})` : `${name} tests it again`), draw: (n) => `drawn by lot out of ${n}, seed`,
    reason: 'Reason (who objects, and why)',
  },
  offers: {
    add: 'Add a laboratory', change: 'Change', changeOf: (name) => `change ${name}`, file: 'Import a table', fileHint: 'Columns: number, laboratory, city code, capacity, panels. Known numbers get their new particulars; others stay as they are.',
    id: 'Number', name: 'Name', city: 'City', capacity: 'Capacity (samples a year, all plans)', panels: 'Panels it offers', save: 'Save', send: 'Import',
    saved: (n) => `${n} stored`, choose: 'choose', mayNot: 'Your role may not change laboratories.',
  },
  places: {
    title: 'Places', city: 'City', county: 'County', add: 'One more place', remove: 'Remove', removeOf: (n) => `remove place ${n}`, of: (n) => `place ${n}`,
    sum: (places, samples) => `${places} places, ${samples} samples`, each: 'Samples of each place',
  },
}
