// measure.cjs HOST PORT MESSAGE-FILE SECONDS: how many messages a second @medplum/hl7 sends to a server when it waits for
// each answer. Prints that number.
const { Hl7Client } = require('@medplum/hl7');
const { Hl7Message } = require('@medplum/core');
const fs = require('fs');

const [host, port, file, seconds] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');

async function main() {
  const client = new Hl7Client({ host, port: Number(port) });
  await client.connect();
  const begin = process.hrtime.bigint();
  let sent = 0;
  let spent = 0;
  for (; spent < Number(seconds); ++sent) {
    // The client tells answers apart by their control id.
    await client.sendAndWait(Hl7Message.parse(text.replace('|M-1|', `|M-${sent}|`)));
    spent = Number(process.hrtime.bigint() - begin) / 1e9;
  }
  console.log(sent / spent);
  process.exit(0);
}

main().catch((error) => { console.error(String(error)); process.exit(1); });
