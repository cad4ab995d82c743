/**
 * Sends a number every 20 ms over one TCP connection to an echo; once its standard input ends it says whether every one
 * came back, in order: `echoed N`, or `broken: why`. Arguments: address and port.
 */
import { connect } from 'node:net';

let sent = 0;
let next = 0;
let text = '';

const fail = (why: unknown): never => {
  console.log(`broken: ${why}`);
  process.exit(1);
};

const socket = connect(Number(process.argv[3]), process.argv[2]);
socket
  .setNoDelay(true)
  .on('error', fail)
  .on('close', () => fail('closed'))
  .on('data', (data) => {
    const lines = (text + data).split('\n');
    text = lines.pop()!;
    for (const line of lines) if (Number(line) !== next++) fail(`out of order: ${line}`);
  });
const timer = setInterval(() => socket.write(`${sent++}\n`), 20);
process.stdin.resume().on('end', () => {
  clearInterval(timer);
  setInterval(() => {
    if (next !== sent) return;
    console.log(`echoed ${sent}`);
    process.exit(0);
  }, 20);
  setTimeout(() => fail(`${next} of ${sent} echoed`), 10_000);
});
