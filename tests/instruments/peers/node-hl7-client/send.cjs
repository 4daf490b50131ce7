// send.cjs HOST PORT MESSAGES.json: sends each message with the client node-hl7-client, waits for its answer, and prints
// "CODE CONTROL-ID" of it. Ends with status 1 at the first message that gets none.
const { Client, Message } = require('node-hl7-client');
const fs = require('fs');

const [host, port, file] = process.argv.slice(2);
const patience = 5000;

async function main() {
  let answered = () => {};
  const client = new Client({ host });
  const connection = client.createConnection({ port: Number(port), waitAck: true }, async (response) => {
    const message = response.getMessage();
    answered(`${message.get('MSA.1').toString()} ${message.get('MSA.2').toString()}`);
  });
  connection.on('error', () => process.exit(1));
  const opened = new Promise((resolve) => { connection.once('connect', resolve); });
  setTimeout(() => process.exit(1), 12 * patience).unref();
  await opened; // a message sent before opens a second connection
  for (const text of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    const answer = new Promise((resolve) => { answered = resolve; });
    await connection.sendMessage(new Message({ text }));
    const late = setTimeout(() => process.exit(1), patience);
    console.log(await answer);
    clearTimeout(late);
  }
  process.exit(0);
}

main().catch((error) => { console.error(String(error)); process.exit(1); });
