// parse.cjs FILE SECONDS: how fast @medplum/core reads that file, again and again.
const fs = require('fs');
const { Hl7Message } = require('@medplum/core');
const measure = require('../measure_loop.cjs');

const [file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
measure(() => Hl7Message.parse(text), text, Number(seconds));
