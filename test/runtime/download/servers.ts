import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { selfSigned } from './certificate.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, done));
  undo.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

/** A server of this machine, closed after the test. Returns its origin. */
export const serve = async (answer: Answer): Promise<string> =>
  `http://localhost:${await listening(createServer(answer))}`;

/** The same with a certificate that nobody trusts, which is returned. */
export async function serveSecurely(answer: Answer): Promise<{ origin: string; cert: string }> {
  const made = selfSigned();
  const port = await listening(createSecureServer(made, answer));
  return { origin: `https://localhost:${port}`, cert: made.cert };
}

/**
 * A proxy that does what proxies do: tunnels for https, absolute addresses for http. It notes what it is asked, and leads
 * to this machine whatever host is named.
 * @param password that it wants as `user:password`
 */
export async function proxy(password?: string): Promise<{ host: string; asked: string[] }> {
  const asked: string[] = [];
  const allowed = (headers: IncomingMessage['headers']) =>
    password === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(password).toString('base64')}`;
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}${incoming.headers.authorization ? ' with a password' : ''}`);
    if (!allowed(incoming.headers)) return void response.writeHead(407).end();
    const target = new URL(incoming.url ?? '');
    const onwards = request({ host: 'localhost', port: target.port, path: target.pathname, headers: incoming.headers });
    onwards.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    onwards.end();
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!allowed(incoming.headers)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const onwards = connect(Number(incoming.url?.split(':')[1]), 'localhost', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onwards.pipe(socket);
      socket.pipe(onwards);
    });
    onwards.on('error', () => socket.destroy());
    socket.on('error', () => onwards.destroy());
  });
  return { host: `localhost:${await listening(server)}`, asked };
}

/** Serves a file as a good server does: ranges, `If-Range`, an ETag. */
export function file(data: Buffer, etag = '"1"'): Answer {
  return (incoming, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')?.[1] ?? Number.NaN);
    const proof = incoming.headers['if-range'];
    if (!Number.isNaN(from) && (proof === undefined || proof === etag)) {
      if (from >= data.length) return void response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
      response.writeHead(206, {
        etag,
        'content-length': data.length - from,
        'content-range': `bytes ${from}-${data.length - 1}/${data.length}`,
      });
      return void response.end(data.subarray(from));
    }
    response.writeHead(200, { etag, 'content-length': data.length, 'accept-ranges': 'bytes' });
    response.end(data);
  };
}
