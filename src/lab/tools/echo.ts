/** Sends back whatever comes over TCP. Argument: the port. */
import { createServer } from 'node:net';

createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(Number(process.argv[2]));
