import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tileColumns, tileRows, tiles } from './tiles'

const table = readFileSync(new URL('../../../../coordinator/reference/divisions/sichuan.csv', import.meta.url), 'utf8')
const cities = table.trim().split('\n').map((line) => line.split(',')).filter((cells) => cells[2] === 'city')
  .map(([code, name, , , lon, lat]) => ({ code: Number(code), name, lon: Number(lon), lat: Number(lat), at: tiles[Number(code)]! }))

it('has a place of its own for every city', () => {
  expect(cities).toHaveLength(21)
  expect(Object.keys(tiles).map(Number).sort()).toEqual(cities.map(({ code }) => code).sort())
  expect(new Set(Object.values(tiles).map(([column, row]) => `${column} ${row}`)).size).toBe(21)
  for (const { at, name } of cities) expect(name!.startsWith(at[2]), name).toBe(true)
  for (const { at } of cities) expect(at[0] < tileColumns && at[1] < tileRows).toBe(true)
})

it('keeps west and east, north and south', () => {
  for (const one of cities) {
    for (const other of cities) {
      if (one.at[1] === other.at[1] && one.at[0] < other.at[0]) expect(one.lon, `${one.name} ${other.name}`).toBeLessThan(other.lon)
      if (one.at[0] === other.at[0] && one.at[1] < other.at[1]) expect(one.lat, `${one.name} ${other.name}`).toBeGreaterThan(other.lat)
    }
  }
})
