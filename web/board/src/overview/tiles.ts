// Where the cities of Sichuan stand in the tile map: codes as of 2023, put into rows and columns so that within each
// row the centres go from west to east, and within each column from north to south (tiles.test.ts holds this against
// the places of coordinator/reference/divisions).
export const tileRows = 6
export const tileColumns = 6

/** Code of the city to [column, row], both from 0. */
export const tiles: Readonly<Record<number, readonly [number, number]>> = {
  513200: [1, 0], 510700: [3, 0], 510800: [4, 0], 511900: [5, 0],
  510100: [2, 1], 510600: [3, 1], 511300: [4, 1], 511700: [5, 1],
  513300: [0, 2], 511800: [1, 2], 511400: [2, 2], 512000: [3, 2], 510900: [4, 2], 511600: [5, 2],
  511100: [2, 3], 510300: [3, 3], 511000: [4, 3],
  513400: [1, 4], 511500: [3, 4], 510500: [4, 4],
  510400: [1, 5],
}
