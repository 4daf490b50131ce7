// Who is at the desk. The session itself is a cookie that scripts cannot see; here is what the page may know of it.
import { Problem } from '@qlims/kit/api.ts'
import { computed, reactive } from 'vue'
import { api, desk } from './api/desk'
import type { Action, Session } from './api/types'

interface State {
  known: boolean
  session: Session | null
  /** Was signed in on this page and is not any more: the page stays as it is behind the dialog. */
  expired: boolean
  setupNeeded: boolean
}

export const state = reactive<State>({ known: false, session: null, expired: false, setupNeeded: false })

export const person = computed(() => state.session?.person ?? null)

export const may = (action: Action): boolean => person.value?.may.includes(action) ?? false

function enter(session: Session): void {
  api.csrf = session.csrf
  state.session = session
  state.known = true
  state.expired = false
  state.setupNeeded = false
}

api.onSignedOut = () => {
  if (state.session) state.expired = true
}

/** Finds out who is signed in, or that nobody is, or that the station has no accounts yet. Throws when nobody answers. */
export async function findSession(): Promise<void> {
  try {
    enter(await desk.session())
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown
    state.session = null
    state.setupNeeded = (await desk.setup().catch(() => ({ needed: false }))).needed
    state.known = true
  }
}

export async function signIn(id: string, password: string): Promise<void> {
  enter(await desk.signIn(id, password))
}

export async function signOut(): Promise<void> {
  await desk.signOut().catch(() => null)
  api.csrf = ''
  state.session = null
  state.expired = false
}

export async function setUp(id: string, name: string, password: string): Promise<void> {
  await desk.setUp(id, name, password)
  await signIn(id, password)
}
