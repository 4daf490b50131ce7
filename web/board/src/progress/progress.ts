// How far each laboratory is, counted from the tasks themselves.
import type { TaskLine, TaskState } from '../api/types'

export interface Progress {
  tasks: number
  judged: number
  /** Granted or still to be dispatched. */
  open: number
  /** Open, and its due date is over. */
  overdue: number
}

const none = (): Progress => ({ tasks: 0, judged: 0, open: 0, overdue: 0 })
const isOpen = (state: TaskState): boolean => state === 'allocated' || state === 'granted'

/** By laboratory; tasks that no laboratory has yet are left out. `today` is "2013-06-03" in China. */
export function progressOf(tasks: Iterable<TaskLine>, today: string, into = new Map<number, Progress>()): Map<number, Progress> {
  for (const task of tasks) {
    if (task.laboratory === null || task.state === 'cancelled') continue
    const one = into.get(task.laboratory) ?? none()
    one.tasks++
    if (task.state === 'judged') one.judged++
    if (isOpen(task.state)) {
      one.open++
      if (task.due < today) one.overdue++
    }
    into.set(task.laboratory, one)
  }
  return into
}

/** Seconds since then, by the clock of this browser; never negative. */
export const secondsSince = (time: string, now: number): number => Math.max(0, Math.round((now - Date.parse(time)) / 1000))
