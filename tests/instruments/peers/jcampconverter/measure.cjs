// measure.cjs FILE SECONDS: how fast jcampconverter reads that file, again and again. Prints megabytes per second of
// processor time, which other programs on the machine do not change.
const fs = require('fs');
const { convert } = require('jcampconverter');

const [file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
const read = () => convert(text, { noContour: true });
for (let warm = 0; warm < 20; ++warm) read();
const begin = process.cpuUsage();
let rounds = 0;
let spent = 0;
for (; spent < Number(seconds); ++rounds) {
  read();
  const used = process.cpuUsage(begin);
  spent = (used.user + used.system) / 1e6;
}
console.log((rounds * Buffer.byteLength(text)) / spent / 1e6);
