// From a file of borders to shapes on a page: paths, where a label stands, and labels that do not lie on each other.
// Nothing is computed from it but where ink goes.

type Point = readonly [number, number]
type Ring = readonly Point[]

export interface City { code: string; name: string; path: string; label: Point }
export interface ProvinceShape { width: number; height: number; cities: City[]; source: string; licence: string; date: string }

interface Feature { properties: { adcode: number | string; name?: string }; geometry: { type: 'Polygon' | 'MultiPolygon'; coordinates: unknown } }
interface BordersFile { source: string; licence: string; date: string; features: Feature[] }

const polygonsOf = ({ geometry }: Feature): Ring[][] => (geometry.type === 'Polygon' ? [geometry.coordinates as Ring[]] : (geometry.coordinates as Ring[][]))

/** Names as they fit on a map: 阿坝藏族羌族自治州 is 阿坝. */
export const shortName = (name: string): string => name.replace(/(?:[藏羌彝回苗土家]族?)*自治州$/u, '').replace(/市$/u, '')

const areaOf = (ring: Ring): number => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [nextX, nextY] = ring[(i + 1) % ring.length]!
  return sum + x * nextY - nextX * y
}, 0)) / 2

function isInside([x, y]: Point, ring: Ring): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i]!
    const [bx, by] = ring[j]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

function distanceTo([x, y]: Point, ring: Ring): number {
  let least = Infinity
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[j]!
    const [bx, by] = ring[i]!
    const length = (bx - ax) ** 2 + (by - ay) ** 2
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    least = Math.min(least, (x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2)
  }
  return Math.sqrt(least)
}

/** The point of the ring that is farthest from its border, to a twentieth of its size. */
export function innermost(ring: Ring): Point {
  const xs = ring.map(([x]) => x)
  const ys = ring.map(([, y]) => y)
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  let best: Point = [(left + right) / 2, (top + bottom) / 2]
  let farthest = -1
  for (let i = 1; i < 20; i++) {
    for (let j = 1; j < 20; j++) {
      const point: Point = [left + ((right - left) * i) / 20, top + ((bottom - top) * j) / 20]
      if (!isInside(point, ring)) continue
      const distance = distanceTo(point, ring)
      if (distance > farthest) [best, farthest] = [point, distance]
    }
  }
  return best
}

/** Shapes `width` wide. East and north keep their proportion at the middle of the province. */
export function shapeOf(text: unknown, width: number): ProvinceShape {
  const file = text as BordersFile
  const all = file.features.flatMap(polygonsOf).flat(2) as unknown as Point[]
  const lons = all.map(([lon]) => lon)
  const lats = all.map(([, lat]) => lat)
  const [west, east, south, north] = [lons.reduce((a, b) => Math.min(a, b)), lons.reduce((a, b) => Math.max(a, b)), lats.reduce((a, b) => Math.min(a, b)), lats.reduce((a, b) => Math.max(a, b))]
  const narrowing = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const margin = 4
  const scale = (width - 2 * margin) / Math.max(1e-9, (east - west) * narrowing)
  const put = ([lon, lat]: Point): Point => [margin + (lon - west) * narrowing * scale, margin + (north - lat) * scale]
  const cities = file.features.map((feature): City => {
    const polygons = polygonsOf(feature).map((rings) => rings.map((ring) => ring.map(put)))
    const path = polygons.flat().map((ring) => `M${ring.slice(0, -1).map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`).join('')
    const largest = polygons.map((rings) => rings[0]!).reduce((a, b) => (areaOf(b) > areaOf(a) ? b : a))
    return { code: String(feature.properties.adcode), name: feature.properties.name ?? String(feature.properties.adcode), path, label: innermost(largest) }
  })
  return { width, height: Math.ceil((north - south) * scale + 2 * margin), cities, source: file.source, licence: file.licence, date: file.date }
}

export interface Box { x: number; y: number; width: number; height: number }

const overlap = (a: Box, b: Box): { x: number; y: number } => ({
  x: (a.width + b.width) / 2 - Math.abs(a.x - b.x),
  y: (a.height + b.height) / 2 - Math.abs(a.y - b.y),
})
export const overlaps = (a: Box, b: Box): boolean => overlap(a, b).x > 0.01 && overlap(a, b).y > 0.01

/** Labels (by their middles) moved as little as it takes until none lies on another, and all are on the page. */
export function spread(boxes: readonly Box[], width: number, height: number): Box[] {
  const moved = boxes.map((box) => ({ ...box }))
  for (let round = 0; round < 200; round++) {
    let calm = true
    for (let i = 0; i < moved.length; i++) {
      for (let j = i + 1; j < moved.length; j++) {
        const [a, b] = [moved[i]!, moved[j]!]
        if (!overlaps(a, b)) continue
        calm = false
        const by = overlap(a, b)
        // Along the shorter way out; 1 % more, so that it ends.
        if (by.y <= by.x) {
          const half = (by.y * 1.01) / 2 * (a.y <= b.y ? 1 : -1)
          a.y -= half
          b.y += half
        } else {
          const half = (by.x * 1.01) / 2 * (a.x <= b.x ? 1 : -1)
          a.x -= half
          b.x += half
        }
      }
    }
    for (const box of moved) {
      box.x = Math.max(box.width / 2, Math.min(width - box.width / 2, box.x))
      box.y = Math.max(box.height / 2, Math.min(height - box.height / 2, box.y))
    }
    if (calm) break
  }
  return moved
}

/** As wide as it is drawn: a Chinese sign is as wide as it is high, everything else a little over half of that. */
export const widthOf = (text: string, px: number): number => [...text].reduce((sum, sign) => sum + (/[\u2e80-\uffff]/u.test(sign) ? px : px * 0.58), 0)
