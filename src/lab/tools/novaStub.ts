/**
 * Stands in for Nova on the control host: the metadata service on 8775 answers only what Neutron's metadata agent
 * signed, and the API on 8774 accepts external events, appends them to the file named as first argument, and knows of
 * no quotas (openstack quota show asks for them before Neutron's).
 */
import { createHmac } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const [eventsFile = '/var/log/nova-events.jsonl', secret = 'Test'] = process.argv.slice(2);

function metadata(request: IncomingMessage, response: ServerResponse): void {
  const id = String(request.headers['x-instance-id'] ?? '');
  const expected = createHmac('sha256', secret).update(id).digest('hex');
  if (request.headers['x-instance-id-signature'] !== expected) {
    response.writeHead(403).end('Invalid proxy request signature.');
    return;
  }
  const answers: Record<string, string> = {
    '/latest/meta-data/instance-id': id,
    '/latest/meta-data/local-ipv4': String(request.headers['x-forwarded-for']).replace('::ffff:', ''),
  };
  const answer = answers[request.url ?? ''];
  response
    .writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'text/plain' })
    .end(answer ?? 'not found');
}

async function api(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url?.includes('/os-quota-sets/')) {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"quota_set": {}}');
    return;
  }
  if (!request.url?.endsWith('/os-server-external-events')) {
    response.writeHead(404).end();
    return;
  }
  appendFileSync(eventsFile, `${body}\n`);
  const { events } = JSON.parse(body) as { events: object[] };
  const accepted = events.map((event) => ({ ...event, code: 200, status: 'completed' }));
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ events: accepted }));
}

createServer(metadata).listen(8775, '0.0.0.0');
createServer((request, response) => void api(request, response)).listen(8774, '0.0.0.0');
