/** An HTTP server of nothing but the framework: answers every request with the text of a file. Arguments: port, file. */
import { readFileSync } from 'node:fs';
import fastify from 'fastify';

const [port, file] = process.argv.slice(2) as [string, string];
const body = readFileSync(file, 'utf8');
const server = fastify();
server.get('*', (_, reply) => reply.type('application/json').send(body));
await server.ready();
// Several processes may share the port: the kernel spreads connections.
server.server.listen({ port: Number(port), host: '127.0.0.1', reusePort: true });
