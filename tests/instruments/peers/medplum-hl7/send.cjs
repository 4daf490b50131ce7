// send.cjs HOST PORT MESSAGES.json: sends each message with the client @medplum/hl7, waits for its answer, and prints
// "CODE CONTROL-ID" of it. Ends with status 1 at the first message that gets none.
const { Hl7Client } = require('@medplum/hl7');
const { Hl7Message } = require('@medplum/core');
const fs = require('fs');

const [host, port, file] = process.argv.slice(2);
const patience = 5000;

async function main() {
  const client = new Hl7Client({ host, port: Number(port) });
  await client.connect();
  for (const text of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    const late = setTimeout(() => process.exit(1), patience);
    const answer = await client.sendAndWait(Hl7Message.parse(text));
    clearTimeout(late);
    const segment = answer.getSegment('MSA');
    console.log(`${segment.getField(1)} ${segment.getField(2)}`);
  }
  process.exit(0);
}

main().catch((error) => { console.error(String(error)); process.exit(1); });
