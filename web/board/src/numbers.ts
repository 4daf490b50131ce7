// Counts as they are read: in groups of three.
const grouped = new Intl.NumberFormat('en-US')
export const count = (n: number): string => grouped.format(n)
