// The English words about what figures are of: filters, moments, warnings, the course of a year.
import type { Shape } from '@qlims/kit/language.ts'
import type { figures as zh } from './zh'

export const figures: Shape<typeof zh> = {
  figures: {
    moment: 'As of a moment (Beijing time)', momentBanner: (time) => `Figures as of ${time} (Beijing time), not of now.`, toNow: 'Back to now',
    wider: '(by programme and city only, of now)',
    itemRate: 'Pass rate of items', itemsOf: (pass, judged) => `${pass} of ${judged} items`, round: (n) => `round ${n}`,
    aside: (n) => `${n} more are set aside by rules of sampling`, asidePill: 'not in the rate',
    asideWhy: (rule, reason) => `Set aside by rule ${rule}: ${reason}`, asideInstead: (task) => `${task} counts instead`,
    asideThen: 'Set aside by a rule of sampling then; by which one is kept of now only',
    weighted: (rate, error) => `weighted by production ${rate} % (standard error ${error})`, weightedSource: (source) => `source of the weights: ${source}`, noWeighted: 'No weighted rate',
    failedItems: 'Failed items with result and limit', limit: (limit) => `limit ${limit}`, retest: 'retest', standard: 'Judged by',
  },
  warnings: {
    title: 'Early warnings', levels: { red: 'red', amber: 'amber' },
    levelHints: { red: 'below the target, and no chance', amber: 'below the target, which may be chance' },
    level: 'Level', where: 'Place and category', reason: 'Why', empty: 'No category is below its target in this selection.',
    many: (red, amber) => `${red} red, ${amber} amber`, rule: (rule) => `rule: ${rule}`, more: (n) => `${n} more`,
    onlyNow: 'Warnings are of samples and of now only, not of a moment or an analyte.',
  },
  trend: {
    title: 'Pass rate by month', label: (from, to, points) => `Pass rate by month from ${from} to ${to}, ${points} months with samples; figures in the table below`,
    targetLine: (target) => `target ${target} %`, choose: 'Choose one programme to see its target line', gap: 'no samples',
    legend: 'Points are rates, bars their 95 % intervals, hollow ones rest on few samples; months without samples are gaps.',
    point: (month, rate, low, high, judged) => `${month}: ${rate} % (${low}–${high} %), ${judged}`,
  },
}
