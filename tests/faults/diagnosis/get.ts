/** Runs on a host of a lab: prints what the API answers to GET /v2.0/PATH, asked as the operator of this environment. */
const { OS_URL, OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;

async function token(): Promise<string> {
  if (OS_AUTH_URL === undefined) return 'none';
  const domain = { id: 'default' };
  const user = { name: OS_USERNAME, password: OS_PASSWORD, domain };
  const identity = { methods: ['password'], password: { user } };
  const scope = { project: { name: OS_PROJECT_NAME, domain } };
  const answer = await fetch(`${OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  return answer.headers.get('x-subject-token') ?? 'none';
}

const url = `${OS_URL ?? 'http://controller:9696'}/v2.0/${process.argv[2]}`;
const answer = await fetch(url, { headers: { 'x-auth-token': await token() } });
if (!answer.ok) throw new Error(`${url}: ${answer.status}: ${await answer.text()}`);
process.stdout.write(await answer.text());

export {};
