// measure.cjs FILE SECONDS: how fast node-hl7-client reads that file, again and again.
const fs = require('fs');
const { Message } = require('node-hl7-client');
const measure = require('../measure_loop.cjs');

const [file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
measure(() => new Message({ text }).get('MSH.10').toString(), text, Number(seconds));
