import { openAsBlob } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IchorError } from '../../../src/index.ts';
import { Refused, type Server } from './server.ts';

/** A file of a run. */
export interface File {
  name: string;
  /** Where it lies, or what stands in it. */
  content: { path: string } | string;
}

/** What to do where a server refuses files that it should take. */
export const noFiles = ({ message }: Refused, name: string): IchorError =>
  new IchorError(
    'mlflow-refused',
    `${name} is not taken by MLflow's store of files. ${message}`,
    'Look at the log of the server: what `--artifacts-destination` of `mlflow server` names has to be there, and to let it write.',
  );

/** Where files of a run go. */
type Place = { to: 'server'; root: string } | { to: 'folder'; root: string } | { to: 'nowhere'; why: string };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.yaml': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Whether another try changes nothing: it takes no file that is so large, or has its files elsewhere. */
const isForGood = ({ status, said }: Refused): boolean =>
  status === 413 || status === 501 || (status === 503 && /serve-artifacts/.test(said));

/**
 * Sends a file.
 * @param uri where MLflow keeps the files of the run
 * @returns null, or why it is left out for good, as a clause
 * @throws Refused where another try may help
 */
export async function sendArtifact(server: Server, uri: string, { name, content }: File): Promise<string | null> {
  const place = await placeOf(server, uri);
  if (place.to === 'nowhere') return place.why;
  const blob =
    typeof content === 'string'
      ? new Blob([content])
      : (await isFile(content.path))
        ? await openAsBlob(content.path)
        : null;
  if (blob === null) return 'the file is not there any more';
  if (place.to === 'folder') {
    await writeTo(join(place.root, ...name.split('/')), blob);
    return null;
  }
  try {
    await server.put(`${place.root}/${name}`, blob, TYPES[extname(name)] ?? 'application/octet-stream');
    return null;
  } catch (error) {
    if (error instanceof Refused && isForGood(error)) return `the server takes no such file: ${error.message}`;
    throw error;
  }
}

async function placeOf(server: Server, uri: string): Promise<Place> {
  const own = new URL(server.address);
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url?.protocol === 'mlflow-artifacts:') {
    if (url.host === '' || url.host === own.host) return { to: 'server', root: withoutSlashes(url.pathname) };
    return { to: 'nowhere', why: `they are kept by another server, ${url.host}` };
  }
  const proxied = `${server.address}/api/2.0/mlflow-artifacts/artifacts/`;
  if (uri.startsWith(proxied)) return { to: 'server', root: withoutSlashes(uri.slice(proxied.length)) };
  const folder = url?.protocol === 'file:' && url.host === '' ? fileURLToPath(url) : uri.startsWith('/') ? uri : null;
  if (folder === null)
    return {
      to: 'nowhere',
      why: `they are kept at ${url === null ? 'a place' : url.protocol.slice(0, -1)} that only MLflow's own client writes to; \`mlflow server --artifacts-destination PLACE\` takes them itself`,
    };
  // <root>/<experiment>/<run>/artifacts. A server that is reached through a tunnel has its folders on another machine.
  if (isLoopback(own.hostname) && (await isFolder(dirname(dirname(dirname(folder))))))
    return { to: 'folder', root: folder };
  return {
    to: 'nowhere',
    why: "they are kept in a folder of the server's machine; `mlflow server --artifacts-destination FOLDER` takes them itself",
  };
}

const withoutSlashes = (path: string): string => decodeURIComponent(path).replace(/^\/+|\/+$/g, '');
const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\./.test(host);

const kindOf = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
const isFile = async (path: string): Promise<boolean> => (await kindOf(path))?.isFile() === true;
const isFolder = async (path: string): Promise<boolean> => (await kindOf(path))?.isDirectory() === true;

async function writeTo(target: string, content: Blob): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.part`, content.stream());
  await rename(`${target}.part`, target);
}
