import type { Shape } from '../language.ts'
import type { frame as zh } from './zh.ts'

export const frame: Shape<typeof zh> = {
  app: {
    language: 'Language',
    otherLanguage: '中文',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    demo: 'Demonstration data',
    skip: 'Skip to content',
    navigation: 'Main navigation',
  },
  signIn: {
    title: 'Sign in',
    person: 'Person',
    password: 'Password',
    submit: 'Sign in',
    out: 'Sign out',
    hint: 'Your name goes into the record of everything you do: use your own account.',
    expired: 'You were signed out after a long pause. What you had not submitted is still here.',
    changePassword: 'Change password',
    oldPassword: 'Old password',
    newPassword: 'New password (12 characters or more)',
    repeatPassword: 'New password again',
    mismatch: 'The two passwords differ',
    tooShort: 'The password needs 12 characters or more',
    changed: 'Password changed',
  },
  people: {
    title: 'People',
    id: 'Short name',
    name: 'Name',
    roles: 'Roles',
    active: 'may sign in',
    add: 'Add a person',
    change: 'Change',
    password: 'First password (12 characters or more)',
    resetPassword: 'New password (empty: unchanged)',
    empty: 'Nobody else yet.',
  },
}
