// read.cjs FILE...: what zxing-cpp reads in each picture with its own best settings, a line of JSON for each file:
// {"texts":[...],"ms":milliseconds of processor time}, or {"failed":"why"}.
const fs = require('fs');
const path = require('path');
const { prepareZXingModule, readBarcodes } = require('zxing-wasm/reader');

const wasm = path.join(path.dirname(require.resolve('zxing-wasm/reader')), '../../reader/zxing_reader.wasm');
const options = { tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true, maxNumberOfSymbols: 255 };

async function answer(file) {
  const begin = process.cpuUsage();
  const codes = await readBarcodes(fs.readFileSync(file), options);
  const used = process.cpuUsage(begin);
  const texts = codes.filter((code) => code.isValid).map((code) => code.text);
  return { texts, ms: (used.user + used.system) / 1000 };
}

async function main(files) {
  prepareZXingModule({ overrides: { wasmBinary: fs.readFileSync(wasm) } });
  await answer(files[0]); // compiled by now
  for (const file of files) {
    const said = await answer(file).catch((error) => ({ failed: String(error) }));
    console.log(JSON.stringify(said));
  }
}

main(process.argv.slice(2));
