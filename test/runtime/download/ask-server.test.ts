import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IchorError } from '../../../src/errors.ts';
import { askServer } from '../../../src/runtime/download/ask-server.ts';
import { proxy, serve, serveSecurely } from './servers.ts';

const { signal } = new AbortController();
const refusal = (work: Promise<unknown>): Promise<IchorError> =>
  work.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => (error instanceof IchorError ? error : expect.fail(String(error))),
  );

describe('one request to a server', () => {
  beforeEach(() => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'])
      for (const each of [name, name.toLowerCase()]) vi.stubEnv(each, undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  /** Says back what it is asked. */
  const echo = () =>
    serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () =>
        response
          .writeHead(request.url === '/no' ? 404 : 200)
          .end(`${request.method} ${request.headers.authorization} ${body}`),
      );
    });

  it('carries method, headers and body, a text or a file', async () => {
    const origin = await echo();
    const headers = { authorization: 'Bearer x' };
    for (const body of ['ü', new Blob(['ü'])])
      expect(await (await askServer(origin, { method: 'PUT', headers, body, signal })).text()).toBe('PUT Bearer x ü');
    const { status } = await askServer(`${origin}/no`, { signal });
    expect(status).toBe(404);
  });

  it('names who stands in its address', async () => {
    const origin = (await echo()).replace('//', '//ada:p%40ss@');
    const pair = Buffer.from('ada:p@ss').toString('base64');
    expect(await (await askServer(origin, { signal })).text()).toBe(`GET Basic ${pair} `);
  });

  it('does not follow where it is sent to', async () => {
    const origin = await serve((_, response) => void response.writeHead(302, { location: 'http://elsewhere/' }).end());
    expect((await askServer(origin, { signal })).status).toBe(302);
  });

  it('goes through the proxy of the environment', async () => {
    const { host, asked } = await proxy();
    const origin = await serve((_, response) => void response.end('there'));
    vi.stubEnv('HTTP_PROXY', `http://${host}`);
    expect(await (await askServer(`${origin}/a`, { signal })).text()).toBe('there');
    expect(asked).toEqual([`GET ${origin}/a`]);
  });

  it('is told of what answers nobody, without its password', async () => {
    const error = await refusal(askServer('http://ada:secret@localhost:9/', { signal }));
    expect(error).toMatchObject({ code: 'server-unreachable', message: 'localhost:9 cannot be reached.' });
    expect(error.hint).toMatch(/running/);
  });

  it('is told of a certificate that nobody trusts, and what to set', async () => {
    const { origin } = await serveSecurely((_, response) => void response.end());
    const error = await refusal(askServer(origin, { signal }));
    expect(error.message).toMatch(/^The certificate of localhost:\d+ is not trusted\.$/);
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('ends with what its signal ends with', async () => {
    const origin = await serve(() => undefined);
    const abort = new AbortController();
    const asked = askServer(origin, { signal: abort.signal });
    const why = new Error('enough');
    setTimeout(() => abort.abort(why), 20);
    await expect(asked).rejects.toBe(why);
  });
});
