import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { innermost, overlaps, shapeOf, shortName, spread, widthOf, type Box } from './borders'
import { tiles } from './tiles'

const file: unknown = JSON.parse(readFileSync(new URL('../../../../coordinator/reference/borders/sichuan.geojson', import.meta.url), 'utf8'))
const shape = shapeOf(file, 640)

test('every city has a shape, and its label stands within it', () => {
  expect(shape.cities.map((one) => one.code).sort()).toEqual(Object.keys(tiles).sort())
  for (const one of shape.cities) {
    expect(one.path.startsWith('M'), one.name).toBe(true)
    expect(one.label[0]).toBeGreaterThan(0)
    expect(one.label[0]).toBeLessThan(shape.width)
    expect(one.label[1]).toBeLessThan(shape.height)
  }
})

test('west is left and north is up, in the proportions of the ground', () => {
  const at = (code: string) => shape.cities.find((one) => one.code === code)!.label
  expect(at('513300')[0]).toBeLessThan(at('511700')[0]) // 甘孜, 达州
  expect(at('510800')[1]).toBeLessThan(at('510400')[1]) // 广元, 攀枝花
  expect(shape.height / shape.width).toBeGreaterThan(0.8)
  expect(shape.height / shape.width).toBeLessThan(0.95)
})

test('the source, the licence and the date are in the file', () => {
  expect(shape.source).toContain('ECharts')
  expect(shape.licence).toContain('Apache')
  expect(shape.date).toBe('2020')
})

test('no label of the map lies on another, and none is moved far', () => {
  const boxes = shape.cities.map(({ name, label }): Box => ({ x: label[0], y: label[1], width: Math.max(widthOf(shortName(name), 12), widthOf('100.0▼', 12)) + 4, height: 28 }))
  const placed = spread(boxes, shape.width, shape.height)
  for (let i = 0; i < placed.length; i++) {
    for (let j = i + 1; j < placed.length; j++) expect(overlaps(placed[i]!, placed[j]!), `${shape.cities[i]!.name} ${shape.cities[j]!.name}`).toBe(false)
    expect(Math.hypot(placed[i]!.x - boxes[i]!.x, placed[i]!.y - boxes[i]!.y), shape.cities[i]!.name).toBeLessThan(30)
  }
})

test('the innermost point of a bent shape is within it, not in its bay', () => {
  const ring = [[0, 0], [10, 0], [10, 2], [2, 2], [2, 10], [0, 10], [0, 0]] as const
  const [x, y] = innermost(ring)
  expect(x < 2 || y < 2).toBe(true)
})

test('names are short on a map', () => {
  expect(['成都市', '阿坝藏族羌族自治州', '凉山彝族自治州', '甘孜藏族自治州'].map(shortName)).toEqual(['成都', '阿坝', '凉山', '甘孜'])
})
