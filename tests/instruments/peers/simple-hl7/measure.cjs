// measure.cjs FILE SECONDS: how fast simple-hl7 reads that file, again and again.
const fs = require('fs');
const hl7 = require('simple-hl7');
const measure = require('../measure_loop.cjs');

const parser = new hl7.Parser();
const [file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
measure(() => parser.parse(text), text, Number(seconds));
