import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import { outage } from '../runtime/outage.ts';
import { type Instance, type Origin, signatureOf } from './instance.ts';
import type { InstanceLookup } from './lookup.ts';
import type { AskNova } from './nova.ts';

export interface ProxyOptions {
  readonly log: Log;
  readonly secret: string;
  readonly lookup: InstanceLookup;
  readonly ask: AskNova;
  readonly novaUrl: string;
}

/** Statuses of Nova that the guest gets as they are; any other is a 500. */
const passedOn = new Set([200, 400, 403, 404, 409, 500, 502, 503, 504]);

/** Answers guests' metadata requests, which come from the proxies in the namespaces, with what Nova says. */
export function metadataProxy({ log, secret, lookup, ask, novaUrl }: ProxyOptions): RequestListener {
  const server = outage(log, 'find the instance of a metadata request');
  const nova = outage(log, `reach Nova's metadata service at ${novaUrl}`);

  async function findInstance(origin: Origin): Promise<Instance | undefined> {
    try {
      const instance = await lookup.find(origin);
      server.succeeded();
      return instance;
    } catch (error) {
      server.failed(error);
      throw error;
    }
  }

  async function forward(
    request: IncomingMessage,
    body: IncomingMessage | Buffer,
    instance: Instance,
    address: string,
  ) {
    const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    try {
      const answer = await ask({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: {
          'X-Forwarded-For': address,
          'X-Instance-ID': instance.id,
          'X-Tenant-ID': instance.projectId,
          'X-Instance-ID-Signature': signatureOf(instance.id, secret),
          ...(type === undefined ? {} : { 'Content-Type': type }),
          ...(length === undefined ? {} : { 'Content-Length': length }),
          ...(encoding === undefined ? {} : { 'Transfer-Encoding': encoding }),
        },
        body,
      });
      nova.succeeded();
      return answer;
    } catch (error) {
      nova.failed(error);
      throw error;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = originOf(request);
    const instance = await findInstance(origin);
    if (!instance) {
      log.info(`No single port has address ${origin.address} on ${placeOf(origin)}: 404`);
      return refuse(response, 404);
    }
    const bodyless = request.method === 'GET' || request.method === 'HEAD';
    let reply = await forward(request, bodyless ? Buffer.alloc(0) : request, instance, origin.address);
    if (reply.statusCode === 404 && bodyless) {
      // The port may have got another instance since it was looked up.
      lookup.forget(origin);
      const now = await findInstance(origin);
      if (now && now.id !== instance.id) {
        reply.resume();
        reply = await forward(request, Buffer.alloc(0), now, origin.address);
      }
    }
    if (reply.statusCode === 200) return pass(reply, response);
    reply.resume();
    const status = reply.statusCode ?? 500;
    if (status === 403)
      log.warning(
        `Nova refuses metadata of instance ${instance.id} (403): metadata_proxy_shared_secret here and in Nova differ, most likely`,
      );
    else if (status !== 404)
      log.warning(`Nova's metadata service answered ${status} for instance ${instance.id}`);
    return refuse(response, passedOn.has(status) ? status : 500);
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.debug(`Metadata request ${request.method} ${request.url} failed: ${reasonOf(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    });
  };
}

async function pass(reply: IncomingMessage, response: ServerResponse): Promise<void> {
  const { 'content-type': type, 'content-length': length } = reply.headers;
  response.writeHead(200, {
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...(length === undefined ? {} : { 'Content-Length': length }),
  });
  await pipeline(reply, response);
}

function refuse(response: ServerResponse, status: number): void {
  const text = `${status} ${STATUS_CODES[status]}\n`;
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': text.length });
  response.end(text);
}

/** The proxy in the namespace appends the client's address to what the guest itself may have sent: the last counts. */
function originOf({ headers }: IncomingMessage): Origin {
  const one = (name: string) => {
    const value = headers[name];
    return (Array.isArray(value) ? value.join(',') : value)?.split(',').at(-1)?.trim();
  };
  return {
    address: one('x-forwarded-for') ?? '',
    networkId: one('x-neutron-network-id'),
    routerId: one('x-neutron-router-id'),
  };
}

const placeOf = ({ networkId, routerId }: Origin): string =>
  [networkId && `network ${networkId}`, routerId && `router ${routerId}`].filter(Boolean).join(' and ');
