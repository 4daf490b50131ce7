// measure.cjs FILE SECONDS: how fast jcampconverter reads that file, again and again.
const fs = require('fs');
const { convert } = require('jcampconverter');
const measure = require('../measure_loop.cjs');

const [file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
measure(() => convert(text, { noContour: true }), text, Number(seconds));
