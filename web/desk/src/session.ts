// Who is at the desk, and what the node lets them do.
import { may as mayDo } from '@qlims/kit/frame/session.ts'
import type { Action } from './api/types'

export { findSession, person, signOut, state } from '@qlims/kit/frame/session.ts'

export const may = (action: Action): boolean => mayDo(action)
