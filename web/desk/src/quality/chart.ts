// Where things stand on a control chart. Figures are drawn here, never judged: which rule fired is the node's word.

export interface ChartValue {
  value: string
  at: string
  capture: string
  released: boolean
  rules: string[]
}

export interface Point extends ChartValue {
  x: number
  y: number
}

export interface Drawn {
  points: Point[]
  /** y of the mean and of 1, 2 and 3 standard deviations to either side. */
  lines: { sigma: number; y: number }[]
}

/** Limits stay where they were frozen; a value beyond the frame is drawn at its edge. Oldest value first. */
export function draw(values: readonly ChartValue[], mean: number, sd: number, width: number, height: number): Drawn {
  const reach = 4 // standard deviations from the middle to the edge
  const yOf = (value: number): number => {
    const sigma = sd > 0 ? (value - mean) / sd : 0
    const inside = Math.max(-reach, Math.min(reach, sigma))
    return height / 2 - (inside / reach) * (height / 2)
  }
  const step = values.length > 1 ? width / (values.length - 1) : 0
  return {
    points: values.map((one, i) => ({ ...one, x: values.length > 1 ? i * step : width / 2, y: yOf(Number(one.value)) })),
    lines: [-3, -2, -1, 0, 1, 2, 3].map((sigma) => ({ sigma, y: yOf(mean + sigma * sd) })),
  }
}

/** The rules named in a check, such as "1_2s 2_2s". */
export const rulesIn = (text: string): string[] => text.split(/\s+/).filter((rule) => rule !== '')
