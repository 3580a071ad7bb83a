import { BlockList, isIP } from 'node:net';
import { DownloadFailed } from './failed.ts';

/** A setting of the environment: programs read the name in small letters first, and npm hands its own on to what it starts. */
const first = (env: NodeJS.ProcessEnv, ...names: string[]): string | undefined =>
  names.map((name) => env[name]?.trim()).find(Boolean);

/**
 * The proxy for an address, by what most programs go by: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in small
 * letters too, else what npm is configured for, where npm (`npx`, `npm start`) started this process. Null: none.
 * @throws DownloadFailed `proxy` where it is no address of a proxy that can be used
 */
export function proxyFor(address: URL, env: NodeJS.ProcessEnv = process.env): URL | null {
  const secure = address.protocol === 'https:';
  const stated = secure
    ? first(env, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'npm_config_https_proxy', 'npm_config_proxy')
    : first(env, 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY', 'npm_config_proxy');
  if (stated === undefined || stated === 'null') return null;
  const exceptions = first(env, 'no_proxy', 'NO_PROXY', 'npm_config_noproxy');
  if (exceptions !== undefined && isException(address, exceptions)) return null;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(stated) ? stated : `http://${stated}`;
  if (!URL.canParse(text)) throw new DownloadFailed('proxy', 'what HTTPS_PROXY or HTTP_PROXY names is no address');
  const proxy = new URL(text);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    throw new DownloadFailed(
      'proxy',
      `a proxy that speaks ${proxy.protocol.slice(0, -1)} cannot be used, only http and https`,
    );
  return proxy;
}

/**
 * Whether `NO_PROXY` names the address: `*`, a host with all below it (`example.org`, `.example.org`, `*.example.org`), an IP
 * address or a network of them (`10.0.0.0/8`), each with or without a port.
 */
export function isException(address: URL, exceptions: string): boolean {
  const host = address.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const port = address.port || (address.protocol === 'https:' ? '443' : '80');
  return exceptions.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    // An IPv6 address without brackets has no port.
    const [, name = entry, wanted] =
      /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? /^([^:]+)(?::(\d+))?$/.exec(entry) ?? [];
    if (wanted !== undefined && wanted !== port) return false;
    if (name.includes('/')) return isInNetwork(host, name);
    const domain = name
      .toLowerCase()
      .replace(/^\*?\./, '')
      .replace(/\.$/, '');
    return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
  });
}

function isInNetwork(host: string, network: string): boolean {
  const family = isIP(host);
  const [base = '', length = ''] = network.split('/');
  const bits = Number(length);
  if (family === 0 || isIP(base) !== family || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(base, bits, type);
  return list.check(host, type);
}

type Fetch = typeof fetch;

/** One a proxy, so that connections are used again. */
const agents = new Map<string, Fetch>();

/** Node's `fetch` where there is no proxy, else one that goes through it: that of Node 20 knows of none. */
export async function fetchThrough(proxy: URL | null): Promise<Fetch> {
  if (proxy === null) return fetch;
  const known = agents.get(proxy.href);
  if (known !== undefined) return known;
  const undici = await import('undici');
  // Tunnels are for https: many proxies refuse them to the port of http.
  const dispatcher = new undici.ProxyAgent({ uri: proxy.href, proxyTunnel: false });
  const through = ((url: URL, init: RequestInit) =>
    undici.fetch(url, { ...(init as object), dispatcher })) as unknown as Fetch;
  agents.set(proxy.href, through);
  return through;
}
