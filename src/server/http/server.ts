import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { osloMiddleware } from '../../config/options/index.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { RequestContext } from '../services/service.ts';
import { type Answer, ok } from './answer.ts';
import { contextOf, newRequestId } from './context.ts';
import { createDispatch } from './dispatch.ts';
import { failureAnswer, faultAnswer } from './failure.ts';
import { createMetrics } from './metrics.ts';
import { openApiDocument } from './openapi/document.ts';
import type { ApiParts } from './registry.ts';
import { coreResources, health, versions } from './root.ts';

const bodyLimit = 16 * 1024 * 1024;

const notAsked = () => {
  throw new Error('no route has a schema');
};
/** Bodies are judged by the definitions of resources: fastify need not load its compilers of JSON schemas. */
const NO_SCHEMAS = { buildValidator: notAsked, buildSerializer: notAsked };

/** The segments of a path after /v2.0/, `.json` and a closing slash taken off; undefined for other paths. */
function segmentsOf(path: string): string[] | undefined {
  if (path !== '/v2.0' && !path.startsWith('/v2.0/')) return undefined;
  const segments = path
    .slice('/v2.0/'.length)
    .replace(/\/$/, '')
    .replace(/\.json$/, '')
    .split('/');
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return ['', 'malformed'];
  }
}

/** Path and query of a request line, which may also name the whole address. */
function targetOf(target: string): { readonly path: string; readonly query: string } {
  const [path = '', ...query] = target.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return { path, query: query.join('?') };
}

/** Whether the client takes JSON. */
const takesJson = (accept: string): boolean =>
  accept === '' || /(\*\/\*|application\/(\*|json|[\w.-]+\+json))/.test(accept);

/** Scheme and host as the client knows them; behind a proxy what it forwards, when the options say so. */
function originOf(request: FastifyRequest, behindProxy: boolean): string {
  const header = (name: string): string | undefined =>
    behindProxy
      ? String(request.headers[name] ?? '')
          .split(',')[0]
          ?.trim()
      : undefined;
  const scheme = header('x-forwarded-proto') || request.protocol;
  const prefix = header('x-forwarded-prefix') ?? '';
  return `${scheme}://${header('x-forwarded-host') || request.headers.host || 'localhost'}${prefix}`;
}

async function send(reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  reply.code(answer.status);
  if (answer.headers) reply.headers(answer.headers);
  if (answer.stream !== undefined) {
    // One piece ahead of what the client has taken.
    const stream = Readable.from(answer.stream, { objectMode: true, highWaterMark: 1 });
    return reply.header('content-type', 'application/json').send(stream);
  }
  if (answer.body === undefined) return reply.send();
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  // Bytes, because fastify would add a charset to the type of a text.
  return reply.header('content-type', answer.contentType ?? 'application/json').send(Buffer.from(text));
}

/**
 * GET /openapi.json: the API's description, made when it is first asked for. No token is needed, as for the versions at
 * `/`: it says what any user of this release may read in its documentation, and clients are generated before they have one.
 */
function describedOnce(parts: ApiParts): () => string {
  let text: string | undefined;
  return () => {
    text ??= JSON.stringify(openApiDocument(parts));
    return text;
  };
}

/**
 * Builds the REST API from its parts; the caller listens on it and closes it. Every path goes through one dispatcher,
 * because Neutron's rules of paths (suffixes, hyphens, 404 against 405) are its own.
 */
export function createHttpServer(parts: ApiParts): FastifyInstance {
  const { identity, policy } = parts;
  const log = parts.log.named('neutron.api.v2.resource');
  const dispatch = createDispatch(parts);
  const metrics = createMetrics(parts);
  const description = describedOnce(parts);
  const behindProxy = parts.config.group(osloMiddleware).enable_proxy_headers_parsing;
  const callers = new WeakMap<FastifyRequest, RequestContext>();
  const streamed = new WeakMap<FastifyRequest, number>();
  const app = Fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096 },
    schemaController: { compilersFactory: NO_SCHEMAS },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  async function answer(request: FastifyRequest, requestId: string): Promise<Answer> {
    const { path, query } = targetOf(request.url);
    const accept = String(request.headers.accept ?? '');
    const { challenge } = identity;
    const origin = originOf(request, behindProxy);
    if (path === '/' || path === '') return versions(origin);
    if (path === '/healthcheck') return health();
    if (path === '/openapi.json') return ok(description());
    try {
      if (path === '/metrics') return await metrics(request.method, request.headers, requestId);
      const caller = await identity.authenticate(request.headers);
      const segments = segmentsOf(path);
      if (!segments) return { status: 404, body: { code: 404, title: 'Not Found', description: null } };
      if (!takesJson(accept)) throw fault('HTTPNotAcceptable');
      if (path === '/v2.0/') return coreResources(origin);
      const context = contextOf(caller, request.headers, requestId, await policy.current());
      callers.set(request, context);
      const answered = await dispatch({
        method: request.method,
        rest: segments,
        params: new URLSearchParams(query),
        origin,
        path,
        body: typeof request.body === 'string' ? request.body : '',
        accept,
        context,
      });
      return answered.stream === undefined
        ? answered
        : { ...answered, stream: watched(request, answered.stream) };
    } catch (error) {
      return failureAnswer(error, { log, accept, challenge });
    }
  }

  /** Counts what of a stream has been sent, and logs why it ends early: its client only sees that it does. */
  async function* watched(request: FastifyRequest, stream: AsyncIterable<string>): AsyncGenerator<string> {
    try {
      for await (const piece of stream) {
        streamed.set(request, (streamed.get(request) ?? 0) + Buffer.byteLength(piece));
        yield piece;
      }
    } catch (error) {
      log.error(`The list ends early: ${error instanceof Error ? error.stack : error}`);
      throw error;
    }
  }

  const requests = parts.log.named('neutron.wsgi');
  app.addHook('onResponse', async (request, reply) => {
    const length = reply.getHeader('content-length') ?? streamed.get(request) ?? 0;
    const seconds = (reply.elapsedTime / 1000).toFixed(7);
    const asked = `${request.ip} "${request.method} ${request.url} HTTP/${request.raw.httpVersion}"`;
    requests.info(
      `${asked} status: ${reply.statusCode}  len: ${length} time: ${seconds}`,
      callers.get(request)?.rpc,
    );
  });
  app.all('/*', async (request, reply) => {
    const requestId = newRequestId();
    reply.header('X-Openstack-Request-Id', requestId);
    return send(reply, await answer(request, requestId));
  });
  app.setErrorHandler(async (error: { readonly statusCode?: number }, _request, reply) => {
    reply.header('X-Openstack-Request-Id', newRequestId());
    if (error.statusCode === 413) return send(reply, faultAnswer(fault('HTTPRequestEntityTooLarge')));
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return send(reply, faultAnswer(badRequest('Body contains invalid data')));
    }
    return send(reply, failureAnswer(error, { log, accept: '', challenge: identity.challenge }));
  });
  app.setNotFoundHandler(async (_request, reply) => {
    reply.header('X-Openstack-Request-Id', newRequestId());
    return send(reply, faultAnswer(fault('HTTPMethodNotAllowed')));
  });
  return app;
}
