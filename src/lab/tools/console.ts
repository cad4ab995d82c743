/** Runs one command in a virtual machine through its console socket, prints its output, exits with its code. */
import { connect } from 'node:net';

const [socket = '', ...command] = process.argv.slice(2);
const END = /neutron-lab: exit (\d+)\n$/;
const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
let output = '';

const console_ = connect(socket, () => console_.write(`${quoted}\n`));
console_.setEncoding('utf8').on('data', (text: string) => {
  output += text.replaceAll('\r', '');
  const end = END.exec(output);
  if (!end) return;
  process.stdout.write(output.slice(0, end.index));
  process.exitCode = Number(end[1]);
  console_.end();
});
console_.on('error', (error) => {
  process.stderr.write(`${socket}: ${error.message}\n`);
  process.exitCode = 1;
});
