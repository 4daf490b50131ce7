// Where the cities of Sichuan stand in the tile map: codes as of 2023, put into rows and columns so that within each
// row the centres go from west to east, and within each column from north to south (tiles.test.ts holds this against
// the places of coordinator/reference/divisions).
export const tileRows = 6
export const tileColumns = 6

/** Code of the city to [column, row, short name]; columns and rows from 0. */
export const tiles: Readonly<Record<number, readonly [number, number, string]>> = {
  513200: [1, 0, '阿坝'], 510700: [3, 0, '绵阳'], 510800: [4, 0, '广元'], 511900: [5, 0, '巴中'],
  510100: [2, 1, '成都'], 510600: [3, 1, '德阳'], 511300: [4, 1, '南充'], 511700: [5, 1, '达州'],
  513300: [0, 2, '甘孜'], 511800: [1, 2, '雅安'], 511400: [2, 2, '眉山'], 512000: [3, 2, '资阳'], 510900: [4, 2, '遂宁'], 511600: [5, 2, '广安'],
  511100: [2, 3, '乐山'], 510300: [3, 3, '自贡'], 511000: [4, 3, '内江'],
  513400: [1, 4, '凉山'], 511500: [3, 4, '宜宾'], 510500: [4, 4, '泸州'],
  510400: [1, 5, '攀枝花'],
}
