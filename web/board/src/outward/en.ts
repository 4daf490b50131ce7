// The English words of the same.
import type { Shape } from '@qlims/kit/language.ts'
import type { outward as zh } from './zh'

export const outward: Shape<typeof zh> = {
  shares: {
    title: 'Shares', toPlan: 'Back to the plan', see: 'Shares of the stations',
    hint: 'How many samples a cell of the quota has, and which stations may draw them. A station can draw its share while it is cut off; what is asked back is handed back once the station has answered.',
    escrow: 'in escrow', escrowHint: 'The programme asks for it: what a station may have drawn goes to nobody else before it is handed back or the station is revoked, so that no cell is exceeded.',
    node: 'Held by', allNodes: 'all stations',
    quota: (n) => `${n} in all`, free: (n) => `${n} not given`, cancelled: (n) => `${n} cancelled`, lots: 'Inspected by lots: given one by one, not in shares',
    blocked: { deferred: 'In escrow, and nothing can be given now: events of a station that has come back are not looked at yet. Try again in a while.', unheard: 'In escrow, and nothing can be given now: a station that was done without has not been heard, and nobody knows what it holds. Wait for it, or revoke it.' },
    nobody: 'No station holds a share of it.', station: 'Station',
    states: { free: 'not given', undrawn: 'to draw', drawn: 'drawn, no verdict', declined: 'could not be sampled', judged: 'judged', cancelled: 'cancelled' },
    recalled: (n) => `${n} of them asked back`, askedBack: 'asked back', lease: 'Give to a station',
    leaseMeaning: (n) => `${n} samples of this cell are with nobody. What is given goes out at once, and a station that has received it may draw it while it is cut off.`,
    to: 'To', count: 'Samples', noStation: 'No station in use does this panel.', leased: (n, left) => `${n} given, ${left} left.`,
    tooMany: (n) => `At most ${n}: the others are given, drawn or cancelled.`, recall: 'Ask back',
    recallMeaning: (station, n) => `${station} may still draw ${n} that were not asked back. What it has drawn it keeps; until it answers they are its own.`,
    recallCount: 'Samples to ask back', reason: 'Reason (goes to the station and into the history, and stays)', recallDone: (n) => `${n} asked back; the station has yet to answer.`,
    refused: (n) => `${n} were not asked back`, samples: 'Sample by sample', asked: (time, reason) => `asked back ${time}: ${reason}`, none: 'No cell fits.',
    mayNot: 'Your role may only look.', undrawnNone: 'There is none to draw that was not asked back.', round: (n) => `round ${n}`,
  },
  webhooks: {
    title: 'Webhooks', hint: 'What happens is sent to other programs, in order. It has arrived when the receiver says so; while it does not, it is tried again and nothing is lost.',
    warning: 'Whoever may subscribe here can have the coordinator send data to any http or https address that it can reach, inside your network too. Subscribing and every test are in the diary with your name. Enter addresses of programs you answer for only.',
    add: 'Subscribe a program', url: 'Address of the receiver (https://…)', urlHint: 'Over a network use https: the certificate of the receiver has to be of an authority that this machine trusts.',
    kinds: 'What it is told', all: 'All', units: 'With name, licence and address of the sampled unit', unitsHint: 'Only for those who may see units; once that person may not, they are left out.',
    subscribe: 'Subscribe', secret: 'Secret of the signatures', secretOnce: 'Shown this once and never again. Give it to the receiving program, which checks the signature (Qlims-Signature) with it.',
    copy: 'Copy', copied: 'Copied', copyFailed: 'The browser does not allow it; mark it by hand.', close: 'I have it, close', closeReally: 'It cannot be shown again. Have you copied it?',
    none: 'No program is told anything yet.', states: { active: 'active', dead: 'given up: did not answer', paused: 'paused' }, waiting: 'Waiting', waitingNone: 'nothing waits',
    lastConfirmed: 'Last arrived', never: 'never yet', failures: (n) => `failed ${n} times in a row`, nextTry: 'Next try', problem: 'Last error',
    missed: (n) => `${n} given up: it was too far behind, and they are no longer kept`, by: 'Subscribed by', withUnits: 'with sampled units', number: (n) => `no. ${n}`,
    test: 'Test', tested: (status) => `The test arrived: HTTP ${status}`, testFailed: (problem) => `The test did not arrive: ${problem}`, pause: 'Pause', resume: 'Resume', retry: 'Try again now',
    remove: 'Remove', removeMeaning: (url, waiting) => `Nothing is sent to ${url} any more, and the ${waiting} that wait are given up. Another subscription has another secret.`,
    names: {
      verdict_counted: 'verdict counted', event_late: 'event late', event_quarantined: 'event quarantined', plan_imported: 'plan imported', task_cancelled: 'task cancelled', retest_ordered: 'retest ordered',
      notice_made: 'notice made', notice_sent: 'notice sent', notice_received: 'notice received', notice_withdrawn: 'notice withdrawn', objection_registered: 'objection registered',
      objection_decided: 'objection decided', objection_closed: 'objection closed', clock_fired: 'deadline passed', report_frozen: 'report frozen', node_enrolled: 'node enrolled', node_revoked: 'node revoked',
    },
  },
  statistics: {
    title: 'Public statistics', hint: 'Pass rates for everybody, by programme, city and category. Figures that few samples stand behind are left out, and so are those from which they could be computed.',
    why: 'There is one table of a programme and no other: published by several axes, the same samples would give away what one of them hides.',
    programme: 'Programme', none: 'No verdict has been counted, so there is nothing to publish.', choose: 'Choose a programme', asOf: 'As of (Beijing time; empty: now)', preview: 'Preview', show: 'Shown',
    measures: { rate: 'pass rate %', judged: 'judged', pass: 'passed', fail: 'failed' }, hidden: 'withheld', hiddenCount: (n, all) => `${n} of ${all} figures withheld`,
    nothingHidden: 'Every figure can be published', least: (n) => `Figures of fewer than ${n} samples are withheld`, sum: 'Sum', download: 'Download', catalogue: 'Catalogue JSON', noFigure: 'no verdict',
  },
  interface: {
    title: 'Interface for programs', hint: 'Every figure that pages show, programs may have. A request carries the token of an account (Authorization: Bearer …), which an administrator hands out under “People”; docs/integrators.md says how. What follows is made from the description of the interface itself.',
    see: 'Interface for programs', find: 'Find by address or summary', addresses: 'Addresses', none: 'No address fits.', parameters: 'Parameters', takes: 'Takes', gives: 'Gives', name: 'Name', type: 'Type', about: 'What it is', required: 'required', codes: 'Codes of errors:',
    upload: 'File for an upload interface', uploadHint: 'Counted verdicts in the columns that somebody else asks for. A JSON file says which of our fields stands in which column (docs/integrators.md). When a row lacks something no file is made, and it is said which row.',
    profile: 'Profile (JSON)', form: 'Format', make: 'Make and download', made: (name, octets) => `Made ${name}, ${octets} octets.`, notJson: 'This file is not JSON; choose a profile.',
  },
  weights: {
    title: 'Suggested weights for the next plan', hint: 'From the final verdicts there are; 100 % is as usual. The template of a plan has no column for weights: quotas are what the planner writes, and these are reasons.',
    day: (day) => `as of ${day}`, cells: 'City × category', enterprises: 'Enterprises', weight: 'Weight', failed: 'Final fails/verdicts', because: 'Why', download: 'Download all', programme: 'Programme',
    none: 'No final verdict yet, so nothing is suggested.', more: (n) => `${n} more rows`,
  },
  parties: {
    unit: 'Sampled unit', producer: 'Producer', column: 'Enterprise', pick: 'Find an enterprise by name or code', found: 'Enterprises found', nothing: 'None in the register. Write the name; the register gets a new entry.',
    chosen: (name) => `Chosen: ${name}`, clear: 'Choose again', record: 'Record the sampled unit', change: 'Correct the sampled unit',
    recordHint: 'Choose it from the register, or write what its licence says. A code decides who is meant; a verdict that has been counted moves with it.',
    name: 'Name', licence: 'Licence (unified social credit code)', address: 'Address', several: (n) => `${n} in the register`,
  },
}
