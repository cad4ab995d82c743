/**
 * Writes recorded.jsonl: what the server at NEUTRON answers everybody. Tokens and projects stand in the JSON file that
 * is the argument, as { person: { token, project } }. What is recorded already is left.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cases, type Person, people } from './cases.ts';
import { outcomes } from './run.ts';

const tokens: Record<Person, { token: string; project: string }> = JSON.parse(
  readFileSync(process.argv[2]!, 'utf8'),
);
const server = process.env.NEUTRON ?? 'http://controller:9696';
const file = new URL('recorded.jsonl', import.meta.url);

const send = async (who: Person, method: string, path: string, body?: unknown) => {
  const response = await fetch(server + path, {
    method,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-auth-token': tokens[who].token,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: text };
  }
};

const projects = Object.fromEntries(people.map((who) => [who, tokens[who].project])) as Record<
  Person,
  string
>;
const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : [];
const known = new Set(lines.map((line) => JSON.parse(line).title));
for (const one of cases) {
  if (known.has(one.title)) continue;
  try {
    const answers = await outcomes(send, one, projects);
    appendFileSync(file, `${JSON.stringify({ title: one.title, answers })}\n`);
  } catch (error) {
    process.stderr.write(`${one.title}: ${(error as Error).message}\n`);
  }
}
