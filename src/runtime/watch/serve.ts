import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IchorError } from '../../errors.ts';

export interface Served {
  /** With the token: who has it sees the page. */
  url: string;
  port: number;
  /** Resolves once nobody is served any more. */
  closed: Promise<void>;
  close(): void;
}

/**
 * Serves one page to this machine alone: on its loopback address, under a path that nobody can guess, to requests that name this
 * address as their host (a page of another origin cannot reach it by a name of its own), for reading alone. Nothing may keep or frame it.
 * @param page made anew for each request; what it throws is said as text
 * @param port 0: any that is free
 *
 * Throws `port-taken` (exit 2).
 */
export async function servePage(page: () => Promise<string>, port: number): Promise<Served> {
  const token = randomBytes(18).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, response, token, page);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        ['EADDRINUSE', 'EACCES'].includes(error.code ?? '')
          ? new IchorError(
              'port-taken',
              `Port ${port} of this machine is not free: ${error.code === 'EACCES' ? 'it is not for this user' : 'another program listens there'}.`,
              'Name another one, or leave --port out: any that is free is taken then.',
              2,
              { cause: error },
            )
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => {
    server.once('close', () => resolve());
  });
  return {
    url: `http://127.0.0.1:${taken}/${token}/`,
    port: taken,
    closed,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const REMOVED = 'This run was removed. If the page still shows something below, that is how it stood last.';

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  page: () => Promise<string>,
): Promise<void> {
  const end = (status: number, text: string, type = 'text/plain; charset=utf-8', more: Record<string, string> = {}) => {
    response.writeHead(status, { ...HEADERS, 'Content-Type': type, ...more });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  try {
    // Who does not know the token learns nothing, not even that it is wrong.
    if (!isOwnHost(request.headers.host) || !isPath(request.url, token)) return end(404, 'Not found.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, 'Only to be read.\n');
    const text = await page();
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    if (request.headers['if-none-match'] === tag) return end(304, '', 'text/html; charset=utf-8', { ETag: tag });
    return end(200, text, 'text/html; charset=utf-8', { ETag: tag });
  } catch (error) {
    // The run was removed: there is nothing more to come.
    if (error instanceof IchorError && error.code === 'unknown-run') return end(410, `${REMOVED}\n`);
    return end(500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

const isOwnHost = (host: string | undefined): boolean => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');

/** In a time that does not say how much of it is right. */
function isPath(url: string | undefined, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const [path = ''] = (url ?? '').split(/[?#]/);
  return timingSafeEqual(hash(path), hash(`/${token}/`));
}
