import { setTimeout as sleep } from 'node:timers/promises';
import { type FileHandle, open, readFile, rm, stat } from '../../files/fs.ts';
import { hasForm, isText, jsonOf, orNull } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { writeSynced } from '../../files/write.ts';
import { withoutPassword } from './address.ts';
import { DownloadFailed, reasonOf } from './failed.ts';
import { type Algorithm, addFile, Digests, HASH_NAMES } from './hash-file.ts';
import { type Answer, explained, get } from './http.ts';

/** Tries in a row that bring nothing new, after which it is given up. One that brings bytes starts the count anew. */
const TRIES = 5;
/** Of a server that drops the connection after every few bytes. */
const MOST_TRIES = 100;
const PAUSE_MS = 500;
/** Of a file whose size nobody states: a server that sends without an end fills no disk. */
const MOST_BYTES = 20e9;
/** Whoever asks to wait longer has to be asked again by a person. */
const MOST_WAIT_MS = 60_000;

export interface DownloadOptions<A extends Algorithm> {
  /** Its size: another one is refused. Where it is not known, `about` may be. */
  exact?: number;
  /** Its size as somebody states it: what decides is the hash. */
  about?: number | null;
  /** What it has to be, lower-case hex. */
  hash: { algorithm: A; hex: string /** Who says so: `pinned`. */; stated: string };
  /** All that are computed on the way, `hash.algorithm` among them. */
  algorithms: readonly A[];
  /** Go on from what an earlier process left at `path`. */
  resume?: boolean;
  onBytes?: (done: number, total: number | null) => void;
  /** Before another try. */
  onRetry?: (retry: { reason: string; waitMs: number }) => void;
  /** Before the first byte, once the server says how many are left: may throw. */
  room?: (bytes: number) => Promise<void>;
  signal?: AbortSignal | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  stallMs?: number | undefined;
  tries?: number | undefined;
  pauseMs?: number | undefined;
}

export type Downloaded<A extends Algorithm> = Record<A, string> & {
  bytes: number /** Without a password. */;
  from: string;
};

/**
 * Downloads a file whose hash is known. What breaks off goes on from where it was, or from the beginning where the server
 * takes no ranges or has another file by now. What is at `path` afterwards has the hash and is synced; a file that has
 * another one is removed.
 * @throws DownloadFailed; system errors of the disk, after which what came is still there
 */
export async function download<A extends Algorithm>(
  address: string,
  path: string,
  options: DownloadOptions<A>,
): Promise<Downloaded<A>> {
  const part = await Part.open(address, path, options);
  try {
    return await attempts(address, part, options);
  } catch (error) {
    if (error instanceof DownloadFailed && error.kind === 'other-file') await part.remove();
    throw error;
  } finally {
    await part.close();
    // A part of nothing is none, and what was found to be of another file is not either.
    if (part.done === 0) await part.remove();
  }
}

async function attempts<A extends Algorithm>(
  address: string,
  part: Part<A>,
  options: DownloadOptions<A>,
): Promise<Downloaded<A>> {
  const { signal, tries = TRIES, pauseMs = PAUSE_MS } = options;
  // Ended between the last byte and its new name.
  if (part.done > 0 && part.isWanted()) return await part.finish(withoutPassword(address));
  let furthest = 0;
  let fruitless = 0;
  for (let attempt = 1; ; attempt++) {
    let failure: DownloadFailed;
    try {
      const from = await once(address, part, options);
      if (part.isWanted()) return await part.finish(from);
      failure = part.unlike();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadFailed)) throw error;
      // Of a server that promises more bytes than it has, all may be there.
      if (part.done > 0 && error.again && part.isWanted()) return await part.finish(withoutPassword(address));
      failure = error;
    }
    const moved = part.done > furthest;
    fruitless = moved ? 1 : fruitless + 1;
    furthest = Math.max(furthest, part.done);
    // A server that says nothing at all is not asked five times.
    const silent = failure.kind === 'stalled' && furthest === 0;
    // Where something came before, the network is there, and may be there again.
    const again = (failure.again && !silent) || (failure.kind === 'unreachable' && furthest > 0);
    if (!again || fruitless >= tries || attempt >= MOST_TRIES) throw part.asBrokenOff(failure, attempt);
    const waitMs = Math.max(failure.waitMs ?? 0, pauseMs * 2 ** (fruitless - 1));
    if (waitMs > MOST_WAIT_MS)
      throw new DownloadFailed(
        failure.kind,
        `${failure.message}, and asks to be left alone for ${Math.ceil(waitMs / 60_000)} min`,
        {
          cause: failure.cause,
          ...(failure.status === undefined ? {} : { status: failure.status }),
        },
      );
    options.onRetry?.({ reason: reasonOf(failure), waitMs });
    await sleep(waitMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/** One request. Returns where the bytes came from once the server has sent what it promised. */
async function once<A extends Algorithm>(address: string, part: Part<A>, options: DownloadOptions<A>): Promise<string> {
  const { signal, stallMs, env } = options;
  const answer = await ask(address, part, { signal, stallMs, env });
  const { response, url } = answer;
  try {
    const asked = part.done;
    const goesOn = asked > 0 && part.goesOn(response);
    const encoded = !['', 'identity'].includes(response.headers.get('content-encoding') ?? '');
    const from = goesOn ? asked : 0;
    const total = encoded ? null : totalOf(response, from);
    if (total !== null && total > part.limit) throw part.other(`it is larger than ${part.limit} bytes`);
    let begun = false;
    for await (const chunk of withReasons(response.body, new URL(url))) {
      answer.alive();
      if (!begun) {
        // A page must not cost what came before it.
        if (from === 0 && isWebPage(chunk)) throw webPage(url, Buffer.from(chunk));
        if (from === 0) await part.restart(response, address);
        if (total !== null) await options.room?.(total - from);
        begun = true;
      }
      await part.add(chunk);
      options.onBytes?.(part.done, total ?? options.exact ?? options.about ?? null);
    }
    if (!begun && from === 0) await part.restart(response, address);
    if (total !== null && part.done < total)
      throw new DownloadFailed('broke-off', `the connection to ${new URL(url).host} broke off`, { again: true });
    return withoutPassword(url);
  } finally {
    answer.done();
  }
}

async function ask<A extends Algorithm>(
  address: string,
  part: Part<A>,
  how: { signal: AbortSignal | undefined; stallMs: number | undefined; env: NodeJS.ProcessEnv | undefined },
): Promise<Answer> {
  // Without `identity` a server may compress, and sizes and ranges would mean nothing.
  const headers = { 'accept-encoding': 'identity', ...part.range() };
  try {
    return await get(address, { ...how, headers });
  } catch (error) {
    if (!(error instanceof DownloadFailed) || error.status !== 416 || part.done === 0) throw error;
    // It has no such range: another file, or it had said everything.
    throw await part.noMore(error);
  }
}

/** An error of the connection while a body is read says nothing of its own (`terminated`). */
async function* withReasons(body: Response['body'], url: URL): AsyncIterable<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const next = await reader.read().catch((error: unknown) => {
        const failed = explained(error, url, null);
        if (failed instanceof DownloadFailed && failed.kind !== 'unreachable') throw failed;
        throw new DownloadFailed('broke-off', `the connection to ${url.host} broke off`, { cause: error, again: true });
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Whoever stops reading lets go of the connection; of one that has ended or failed there is none.
    await reader.cancel().catch(() => undefined);
  }
}

/** Bytes of the whole file as the server says; null where it does not. */
function totalOf(response: Response, from: number): number | null {
  const whole = /\/(\d+)\s*$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status === 206 && whole !== undefined) return Number(whole);
  const length = response.headers.get('content-length');
  return length !== null && /^\d+$/.test(length) ? from + Number(length) : null;
}

const isWebPage = (chunk: Uint8Array): boolean =>
  /^(\uFEFF)?\s*<(!doctype\s+html|html|head|body|\?xml)\b/i.test(Buffer.from(chunk.subarray(0, 512)).toString('utf8'));

function webPage(url: string, chunk: Buffer): DownloadFailed {
  const title = /<title[^>]*>([^<]*)/i.exec(chunk.toString('utf8'))?.[1]?.replace(/\s+/g, ' ').trim().slice(0, 80);
  return new DownloadFailed(
    'web-page',
    `${withoutPassword(url)} answered with a web page${title ? ` ("${title}")` : ''} in the place of the file`,
  );
}

/** What says that the file on the server is the one that a part came from. */
interface Origin {
  address: string;
  etag: string | null;
  modified: string | null;
}

const isOrigin = hasForm({ address: isText, etag: orNull(isText), modified: orNull(isText) });

/** A file that is not whole yet, and the hashes of what is there of it. */
class Part<A extends Algorithm> {
  #digests: Digests<A>;
  /** Bytes of the file on the disk. */
  #size: number;
  /** More than one answer is in it. */
  #joined = false;
  #short = false;

  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly options: DownloadOptions<A>,
    private origin: Origin | null,
    digests: Digests<A>,
  ) {
    this.#digests = digests;
    this.#size = digests.bytes;
  }

  static async open<A extends Algorithm>(address: string, path: string, options: DownloadOptions<A>): Promise<Part<A>> {
    const origin = options.resume ? await originOf(path) : null;
    const digests = new Digests(options.algorithms);
    const known = origin?.address === withoutPassword(address) && (await isFile(path));
    if (known) await addFile(digests, path, options.signal);
    const file = await open(path, known ? 'r+' : 'w');
    const part = new Part(file, path, options, known ? origin : null, digests);
    part.#joined = part.done > 0;
    return part;
  }

  get done(): number {
    return this.#digests.bytes;
  }

  /** The most bytes that are taken: a server may send without an end. */
  get limit(): number {
    const { exact, about } = this.options;
    return exact ?? (about ? 2 * about + 1_000_000 : MOST_BYTES);
  }

  range(): Record<string, string> {
    if (this.done === 0) return {};
    const { etag = null, modified = null } = this.origin ?? {};
    // A weak one says nothing about bytes.
    const proof = etag !== null && !etag.startsWith('W/') ? etag : modified;
    return { range: `bytes=${this.done}-`, ...(proof === null ? {} : { 'if-range': proof }) };
  }

  /** Whether an answer begins where this ends, and is of the same file. */
  goesOn(response: Response): boolean {
    const { headers, status } = response;
    if (status !== 206) return false;
    const whole = (headers.get('content-range') ?? '').startsWith(`bytes ${this.done}-`);
    const etag = headers.get('etag');
    const same = etag === null || this.origin?.etag == null || etag === this.origin.etag;
    // Some servers know ranges and not `If-Range`.
    if (!same || !whole) {
      this.#forget();
      const why = same
        ? 'the server sends another range than it was asked for'
        : 'the file on the server was replaced meanwhile';
      throw new DownloadFailed('broke-off', why, { again: true });
    }
    this.#joined = true;
    return true;
  }

  async restart(response: Response, address: string): Promise<void> {
    await this.#cut(0);
    this.#forget();
    this.origin = {
      address: withoutPassword(address),
      etag: response.headers.get('etag'),
      modified: response.headers.get('last-modified'),
    };
    if (this.options.resume) await writeSynced(originFile(this.path), `${JSON.stringify(this.origin)}\n`);
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (this.done + chunk.length > this.limit) throw this.other(`it is larger than ${this.limit} bytes`);
    for (let at = 0; at < chunk.length; ) {
      const { bytesWritten } = await this.file.write(chunk, at, chunk.length - at, this.done + at);
      at += bytesWritten;
    }
    this.#digests.update(chunk);
    this.#size = Math.max(this.#size, this.done);
  }

  isWanted(): boolean {
    const { hash } = this.options;
    return this.#digests.soFar()[hash.algorithm] === hash.hex;
  }

  /** The server has sent what it promised, and this is not the file. Another try is worth while at most once. */
  unlike(): DownloadFailed {
    const { exact, about } = this.options;
    const size = exact ?? about ?? null;
    const { hash } = this.options;
    const found = this.#digests.soFar()[hash.algorithm];
    if (this.#joined) {
      this.#forget();
      return new DownloadFailed('broke-off', 'what was joined from several answers is not the file', { again: true });
    }
    const ends = `after ${this.done} of ${size} bytes`;
    if (size !== null && this.done < size && (!this.#short || exact !== undefined)) {
      this.#short = true;
      return new DownloadFailed('broke-off', `the answer ended ${ends}`, { again: true });
    }
    const name = HASH_NAMES[hash.algorithm];
    const sizes = size === null || size === this.done ? '' : ` (${this.done} bytes, not ${size})`;
    return this.other(`its ${name} is ${found}, not the ${hash.stated} ${hash.hex}${sizes}`);
  }

  /** 416: the server has nothing behind what is here. */
  async noMore(error: DownloadFailed): Promise<DownloadFailed> {
    const short = this.#short;
    if (this.#joined || !short) {
      this.#forget();
      await this.#cut(0);
      return new DownloadFailed('broke-off', error.message, { again: true });
    }
    return this.other(`it ends after ${this.done} of ${this.options.exact ?? this.options.about} bytes`);
  }

  other(why: string): DownloadFailed {
    return new DownloadFailed('other-file', why);
  }

  /** The last failure, with what came: it says more than the connection's own words. */
  asBrokenOff(failure: DownloadFailed, attempts: number): DownloadFailed {
    if (failure.kind !== 'broke-off' || this.done === 0) return failure;
    const size = this.options.exact ?? this.options.about ?? null;
    const of = size === null ? '' : ` of ${size}`;
    return new DownloadFailed(
      'broke-off',
      `the download broke off after ${this.done}${of} bytes (tries: ${attempts})`,
      {
        cause: failure,
      },
    );
  }

  async finish(from: string): Promise<Downloaded<A>> {
    // A longer one may have stood here before.
    await this.#cut(this.done);
    await this.file.sync();
    await rm(originFile(this.path), { force: true });
    return { ...this.#digests.soFar(), bytes: this.done, from };
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(originFile(this.path), { force: true });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  async #cut(size: number): Promise<void> {
    if (this.#size > size) await this.file.truncate(size);
    this.#size = size;
  }

  #forget(): void {
    this.#digests = new Digests(this.options.algorithms);
    this.#joined = false;
  }
}

/** Stands beside a part as long as it is one. */
export const originFile = (path: string): string => `${path}.json`;

async function originOf(path: string): Promise<Origin | null> {
  try {
    return jsonOf<Origin>(await readFile(originFile(path), 'utf8'), isOrigin);
  } catch (error) {
    if (systemCode(error) !== undefined && systemCode(error) !== 'ENOENT') throw error;
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
