/** Stands in for a site on the Internet: answers every HTTP request with the address it came from. */
import { createServer } from 'node:http';

createServer((request, response) => {
  response.end(`${request.socket.remoteAddress?.replace('::ffff:', '')}\n`);
}).listen(80, '0.0.0.0');
