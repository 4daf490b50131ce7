import { expect, test } from 'vitest'
import { chosenPlaces } from './places'

test('a place that is not chosen is not sent, and none is sent twice', () => {
  expect(chosenPlaces([{ city: '510100', county: '510104' }, { city: '510300', county: '' }, { city: '510100', county: '510104' }, { city: '510300', county: '510302' }])).toEqual([
    { city: '510100', county: '510104' },
    { city: '510300', county: '510302' },
  ])
})
