// send.cjs HOST PORT MESSAGES.json: sends each message with the client simple-hl7, waits for its answer, and prints
// "CODE CONTROL-ID" of it. Ends with status 1 at the first message that gets none.
const hl7 = require('simple-hl7');
const fs = require('fs');

const [host, port, file] = process.argv.slice(2);
const patience = 5000;

const messages = JSON.parse(fs.readFileSync(file, 'utf8')).map((text) => new hl7.Parser().parse(text));
const client = hl7.Server.createTcpClient({ host, port: Number(port), keepalive: true, callback: () => {} });

function next(index) {
  if (index === messages.length) process.exit(0);
  const late = setTimeout(() => process.exit(1), patience);
  client.send(messages[index], (error, answer) => {
    clearTimeout(late);
    if (error) process.exit(1);
    const segment = answer.getSegment('MSA');
    console.log(`${segment.getField(1)} ${segment.getField(2)}`);
    setImmediate(() => next(index + 1)); // it clears its buffer only behind this call
  });
}

process.on('uncaughtException', (error) => { console.error(String(error)); process.exit(1); });
next(0);
