// Who is at the page. The session itself is a cookie that scripts cannot see; here is what the page may know of it.
// The addresses are the same at both daemons.
import { computed, reactive } from 'vue'
import { Api, Problem } from '../api.ts'

export interface Session {
  person: { id: string; name: string; roles: string[]; may: string[] }
  csrf: string
  laboratory: string
  node: string
  demo: boolean
  /** Somebody else has set the password: nothing is open before it is changed. */
  must_change_password?: boolean
}

export interface PersonLine {
  id: string
  name: string
  roles: string[]
  active: boolean
}

export const api = new Api()
const v1 = '/api/v1'

export const accounts = {
  session: () => api.get<Session>(`${v1}/session`),
  signIn: (person: string, password: string) => api.post<Session>(`${v1}/session`, { person, password }),
  signOut: () => api.delete<null>(`${v1}/session`),
  changePassword: (old: string, fresh: string) => api.post<null>(`${v1}/session/password`, { old, new: fresh }),
  setup: () => api.get<{ needed: boolean }>(`${v1}/setup`),
  setUp: (person: string, name: string, password: string) => api.post<unknown>(`${v1}/setup`, { person, name, password }),
  people: () => api.get<{ people: PersonLine[] }>(`${v1}/people`).then((a) => a.people),
  addPerson: (person: { person: string; name: string; roles: string[]; password: string }) =>
    api.post<unknown>(`${v1}/people`, person),
  changePerson: (id: string, change: { name?: string; roles?: string[]; active?: boolean; password?: string }) =>
    api.patch<unknown>(`${v1}/people/${encodeURIComponent(id)}`, change),
}

interface State {
  known: boolean
  session: Session | null
  /** Was signed in on this page and is not any more: the page stays as it is behind the dialog. */
  expired: boolean
  setupNeeded: boolean
}

export const state = reactive<State>({ known: false, session: null, expired: false, setupNeeded: false })

export const person = computed(() => state.session?.person ?? null)

export const may = (action: string): boolean => person.value?.may.includes(action) ?? false

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

/** Finds out who is signed in, or that nobody is, or that there are no accounts yet. Throws when nobody answers. */
export async function findSession(): Promise<void> {
  try {
    enter(await accounts.session())
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown
    state.session = null
    state.setupNeeded = (await accounts.setup().catch(() => ({ needed: false }))).needed
    state.known = true
  }
}

export async function signIn(id: string, password: string): Promise<void> {
  enter(await accounts.signIn(id, password))
}

export async function signOut(): Promise<void> {
  await accounts.signOut().catch(() => null)
  api.csrf = ''
  state.session = null
  state.expired = false
}

export async function setUp(id: string, name: string, password: string): Promise<void> {
  await accounts.setUp(id, name, password)
  await signIn(id, password)
}
