import { expect, it } from 'vitest'
import { personIn } from './people'

it('shows the name first, and the account alone where no name is known', () => {
  expect(personIn({ analyst: 'wang', analyst_name: '王检测' }, 'analyst')).toBe('王检测(wang)')
  expect(personIn({ analyst: 'wang' }, 'analyst')).toBe('wang')
  expect(personIn({ analyst: 'wang', analyst_name: 'wang' }, 'analyst')).toBe('wang')
  expect(personIn({ analyst: '' }, 'analyst')).toBe('')
})
