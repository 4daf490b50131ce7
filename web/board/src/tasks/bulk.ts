// The same done to one task after another. What is refused does not stop the rest, and is told with its reason.
import { asProblem, type Problem } from '@qlims/kit/api.ts'
import type { Handover, TaskLine } from '../api/types'

/** What is known of a task by which to say what may be done about it. */
export type Acted = Pick<TaskLine, 'task' | 'number' | 'state' | 'panel' | 'node'> & { handover?: Handover | null }

export interface Outcome { done: number; refused: { task: string; problem: Problem }[] }

/** A batch of a person's own making: more than that is planned anew. */
export const tasksMax = 1_000

export async function doEach(tasks: readonly string[], work: (task: string) => Promise<unknown>, told: (done: number) => void = () => {}): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: [] }
  for (const [index, task] of tasks.entries()) {
    try {
      await work(task)
      outcome.done++
    } catch (thrown) {
      const problem = asProblem(thrown)
      outcome.refused.push({ task, problem })
      // Nobody answers, or the session is over: the rest would be refused alike.
      if (problem.status === 0 || problem.status === 401) break
    }
    told(index + 1)
  }
  return outcome
}

export const mayRecall = (tasks: readonly Acted[]): boolean => tasks.length > 0 && tasks.every((one) => one.state === 'granted')
export const mayReassign = (tasks: readonly Acted[]): boolean => tasks.length > 0 && tasks.every((one) => one.state === 'granted' || one.state === 'allocated')
export const mayCancel = (tasks: readonly Acted[]): boolean => tasks.length > 0 && tasks.every((one) => one.state !== 'judged' && one.state !== 'cancelled')

/** What is tested instead of a received sample: a container of one sample, so that for several none can be named. */
export const reserveFor = (tasks: readonly Acted[], written: string): string | null => (tasks.length === 1 ? written.trim() : null)

export interface Candidate { node: number; name: string; laboratory: string; connected: boolean }
interface Offer { id: number; panels: readonly string[] }
interface Place { id: number; name: string; nodes: readonly { id: number; name: string; revoked: boolean; connected: boolean }[] }

/** Nodes in use whose laboratory does every panel of these tasks, and that do not have all of them already. */
export function candidatesFor(tasks: readonly { panel: string; node: number | null }[], offers: readonly Offer[], places: readonly Place[]): Candidate[] {
  const panels = new Set(tasks.map((one) => one.panel))
  const can = new Set(offers.filter((offer) => [...panels].every((panel) => offer.panels.includes(panel))).map((offer) => offer.id))
  return places
    .filter((place) => can.has(place.id))
    .flatMap((place) => place.nodes.filter((node) => !node.revoked).map((node) => ({ node: node.id, name: node.name, laboratory: place.name, connected: node.connected })))
    .filter((one) => !tasks.every((task) => task.node === one.node))
}
