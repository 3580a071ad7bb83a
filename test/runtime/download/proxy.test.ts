import { expect, test } from 'vitest';
import type { DownloadFailed } from '../../../src/runtime/download/failed.ts';
import { get } from '../../../src/runtime/download/http.ts';
import { isException, proxyFor } from '../../../src/runtime/download/proxy.ts';
import { proxy, serve, serveSecurely } from './servers.ts';

const secure = new URL('https://files.example.org/a');
const plain = new URL('http://files.example.org/a');

test('the proxy is what the environment names, small letters first, npm after all', () => {
  const proxyOf = (url: URL, env: NodeJS.ProcessEnv) => proxyFor(url, env)?.href ?? null;
  expect(proxyOf(secure, {})).toBeNull();
  expect(proxyOf(secure, { HTTPS_PROXY: 'http://p:3128' })).toBe('http://p:3128/');
  expect(proxyOf(secure, { https_proxy: 'http://small', HTTPS_PROXY: 'http://large' })).toBe('http://small/');
  expect(proxyOf(secure, { HTTP_PROXY: 'http://p' })).toBeNull();
  expect(proxyOf(plain, { HTTP_PROXY: 'http://p', HTTPS_PROXY: 'http://s' })).toBe('http://p/');
  expect(proxyOf(secure, { ALL_PROXY: 'http://all' })).toBe('http://all/');
  expect(proxyOf(secure, { npm_config_https_proxy: 'http://npm' })).toBe('http://npm/');
  expect(proxyOf(secure, { npm_config_https_proxy: 'null' })).toBeNull();
  expect(proxyOf(secure, { HTTPS_PROXY: 'p:3128' })).toBe('http://p:3128/');
  expect(proxyOf(secure, { HTTPS_PROXY: 'http://p', NO_PROXY: 'localhost,example.org' })).toBeNull();
  expect(() => proxyFor(secure, { HTTPS_PROXY: 'socks5://p' })).toThrow('a proxy that speaks socks5 cannot be used');
  expect(() => proxyFor(secure, { HTTPS_PROXY: 'http://[' })).toThrow('is no address');
});

test.each([
  ['https://a.example.org/', '*', true],
  ['https://a.example.org/', 'example.org', true],
  ['https://a.example.org/', '.example.org', true],
  ['https://a.example.org/', '*.example.org', true],
  ['https://a.example.org/', 'A.EXAMPLE.ORG', true],
  ['https://notexample.org/', 'example.org', false],
  ['https://example.org/', 'a.example.org', false],
  ['https://example.org/', 'example.org:443', true],
  ['https://example.org:8443/', 'example.org:443', false],
  ['http://10.1.2.3/', '10.0.0.0/8', true],
  ['http://11.1.2.3/', '10.0.0.0/8 , localhost', false],
  ['http://[::1]:8080/', '::1', true],
  ['http://[::1]:8080/', '[::1]:8080', true],
  ['http://[fe80::1]/', 'fe80::/10', true],
  ['http://localhost/', 'other localhost', true],
  ['http://localhost/', ' , ', false],
])('%s, NO_PROXY=%s: %s', (address, exceptions, expected) => {
  expect(isException(new URL(address), exceptions)).toBe(expected);
});

test('http goes to the proxy with its whole address, https through a tunnel, exceptions past it', async () => {
  const { host, asked } = await proxy('us er:secret');
  const origin = await serve((_, response) => response.end('plain'));
  const { origin: safe } = await serveSecurely((_, response) => response.end('secret'));
  const address = `http://us%20er:secret@${host}`;
  const env = { HTTP_PROXY: address, HTTPS_PROXY: address };
  const { response, done } = await get(`${origin}/a`, { env });
  expect(await response.text()).toBe('plain');
  done();
  // The tunnel leads to the server, whose certificate is refused.
  const refused = await get(`${safe}/b`, { env }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ kind: 'certificate' });
  expect((refused as DownloadFailed).message).toBe(`the certificate of ${new URL(safe).host} is not trusted`);
  expect(asked).toEqual([`GET ${origin}/a`, `CONNECT ${new URL(safe).host}`]);
  const direct = await get(`${origin}/c`, { env: { ...env, NO_PROXY: 'localhost' } });
  expect(await direct.response.text()).toBe('plain');
  direct.done();
  expect(asked).toHaveLength(2);
});

test('a proxy that wants a password, and one that is not there, are named without a password', async () => {
  const { host } = await proxy('user:secret');
  const origin = await serve((_, response) => response.end());
  for (const [address, named] of [
    [origin, `the proxy ${host} answered 407: it wants a user and a password`],
    [origin.replace('http:', 'https:'), `the proxy ${host} answered 407: it wants a user and a password`],
  ] as const) {
    const env = { HTTP_PROXY: `http://u:wrong@${host}`, HTTPS_PROXY: `http://u:wrong@${host}` };
    await expect(get(address, { env })).rejects.toMatchObject({ kind: 'proxy', status: 407, message: named });
  }
  await expect(get(origin, { env: { HTTP_PROXY: 'http://u:wrong@localhost:9' } })).rejects.toThrow(
    'through the proxy localhost:9, cannot be reached',
  );
});

test('a port that speaks no TLS says so', async () => {
  const origin = await serve((_, response) => response.end());
  const failed = await get(origin.replace('http:', 'https:'), { env: {} }).catch((error: unknown) => error);
  expect(failed).toMatchObject({ kind: 'unreachable' });
  expect((failed as DownloadFailed).message).toContain('does not answer as a server of https does');
});

test('redirects are followed, each by its own proxy, and a circle ends', async () => {
  const seen: string[] = [];
  const origin = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    if (request.url === '/circle') return void response.writeHead(302, { location: '/back' }).end();
    if (request.url === '/back') return void response.writeHead(307, { location: '/circle' }).end();
    if (request.url === '/file') return void response.writeHead(302, { location: '//redirected.test/x' }).end();
    return void response.writeHead(302, { location: `${request.url}x` }).end();
  });
  await expect(get(`${origin}/circle`, { env: {} })).rejects.toMatchObject({ kind: 'redirects' });
  await expect(get(`${origin}/longer`, { env: {} })).rejects.toThrow('leads in a circle of redirects');
  seen.length = 0;
  const { host, asked } = await proxy();
  const withPassword = origin.replace('//', '//u:p@');
  await get(`${withPassword}/file`, { env: { HTTP_PROXY: `http://${host}`, NO_PROXY: 'localhost' } }).catch(
    () => undefined,
  );
  expect(asked[0]).toBe('GET http://redirected.test/x');
  // The password is of the first host only.
  expect(seen[0]).toBe(`/file Basic ${Buffer.from('u:p').toString('base64')}`);
});
