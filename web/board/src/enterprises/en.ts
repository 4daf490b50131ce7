// The English words of the pages about enterprises and about reports of products.
import type { Shape } from '@qlims/kit/language.ts'
import type { firms as zh } from './zh'

export const firms: Shape<typeof zh> = {
  enterprises: {
    title: 'Enterprises', search: 'Name or code', find: 'Find', name: 'Name', code: 'Social credit code',
    kinds: { producer: 'producer', shop: 'shop', farm: 'farm' }, kind: 'Kind', place: 'Place', address: 'Address',
    passed: 'Final pass', failed: 'Final fail', published: 'Published class', none: 'not published', blacklisted: 'blacklisted',
    empty: 'No such enterprise. They come from sampling forms, plans and imported lists.', back: 'All enterprises',
    licence: 'Other licence', badCode: 'not a valid code', others: 'Other names', members: 'Entries merged into it',
    mergedInto: (n) => `merged into no. ${n}`, merge: 'Merge into another', mergeInto: 'Which one', part: 'Part', partTitle: (name) => `Part ${name}`,
    partMeaning: 'For a merge that was a mistake. The entry, with what was merged into it, stands for itself again, and each history is that of its own verdicts; both reasons are kept. A public class that rests on its verdicts has to be withdrawn by two people first.',
    partings: 'Merged once, and parted', parting: (who, into) => `${who} was merged into ${into}`, mergedSaid: 'merged', partedSaid: 'parted', entry: (n) => `no. ${n}`,
    mergeHint: 'For two entries that are one enterprise. Their histories are read together from then on; the entry and the reason stay, nothing is deleted.',
    reason: 'Reason', history: 'History of verdicts', noHistory: 'No verdict has been counted yet.', month: 'Month', programme: 'Programme',
    first: 'First', final: 'Final', role: 'Role', asUnit: 'sampled', asProducer: 'producer', open: 'Not final yet',
    series: 'Severity of lot inspection', severity: { normal: 'normal', tightened: 'tightened', reduced: 'reduced', discontinued: 'discontinued' },
    aql: 'AQL', lots: 'Lots counted', evaluation: 'Credit class by the rules in force (not public by itself)',
    noClass: 'No class: there is no final verdict to go by.', rule: (rule) => `rule ${rule}`, because: 'Verdicts it rests on',
    assumption: 'What the authority has yet to lay down', rules: 'SHA-256 of the rules', weight: 'Suggested weight in the next plan',
    publications: 'Publication', noPublication: 'Nothing proposed, nothing public.',
    states: { proposed: 'proposed', refused: 'refused', published: 'public', withdrawal_proposed: 'public, withdrawal proposed', withdrawn: 'withdrawn', superseded: 'replaced by a newer one' },
    propose: 'Propose', proposeHint: 'Proposes the class the rules give now; it becomes public when another person confirms. Give a reason: it goes into the history and stays.',
    confirm: 'Confirm', confirmHint: 'After this everybody who may look sees it. It is refused when the class has changed since the proposal. Give a reason.',
    refuse: 'Refuse', withdraw: 'Propose withdrawal', confirmWithdrawal: 'Confirm withdrawal', keep: 'Keep it public',
    decideHint: 'Give a reason: it goes into the history and stays.', another: 'to be decided by another person',
    stale: 'differs from the class the rules give now: propose again or withdraw',
    imported: 'Import a list', file: 'List (XLSX or CSV)', template: 'Template', check: 'Check', store: 'Import',
    clean: (n) => `No faults: ${n} rows`, taken: (added, known) => `Imported: ${added} new, ${known} known`, errors: (n) => `${n} faults, nothing was taken`,
    errorFile: 'Your file with a column of faults', row: 'Row', column: 'Column', value: 'Value', message: 'Fault',
  },
  signals: {
    title: 'Injuries and risks', count: (n) => `${n} in all`, state: 'State',
    states: { received: 'to be assessed', dismissed: 'dismissed', watched: 'watched', planned: 'plan opened' },
    kinds: { injury: 'injury', risk: 'risk' }, kind: 'Kind', product: 'Product', maker: 'Maker', happened: 'Date', place: 'Place',
    harmed: 'People harmed', source: 'Source', content: 'Report', group: 'Group', groupOf: (n) => `${n} alike`, alone: 'by itself', acts: 'Actions',
    dismiss: 'Dismiss', watch: 'Watch', assessHint: 'Give a reason. Reports of the same group that nobody has assessed go with it; none of them is deleted.',
    open: 'Open a plan', planTitle: 'Title of the plan', year: 'Year', due: 'Reports due', programme: 'Programme code', category: 'Category',
    commodity: 'Product as the plan names it', stage: 'Stage', round: 'Round', panel: 'Panel', reason: 'Reason',
    planHint: 'Checked like every plan and made only when all of it is right; allocated and dispatched as usual.',
    opened: (n) => `plan ${n}`, empty: 'No such report. They appear here when other systems hand them in.', assessed: 'Assessment',
  },
}
