import { askServer, IchorError } from '../../../src/index.ts';
import type { Where } from './address.ts';

/** MLflow's own setting, in seconds; its 120 are long for what goes on beside a training. */
const answerMs = (): number => (Number(process.env.MLFLOW_HTTP_REQUEST_TIMEOUT) || 20) * 1000;

/** Characters of an answer that a message repeats. */
const MOST_REPEATED = 300;

/** JSON of MLflow's REST API 2.0. https://mlflow.org/docs/latest/rest-api.html */
export type Json = Readonly<Record<string, unknown>>;

/** MLflow answered, and did not do it. `isLogin`: for who asks, not for what. */
export class Refused extends IchorError {
  constructor(
    /** Of HTTP. */
    readonly status: number,
    /** MLflow's own: `RESOURCE_DOES_NOT_EXIST`; empty where it gave none. */
    readonly error: string,
    /** What it said of it, without secrets; may be empty. */
    readonly said: string,
    message: string,
    hint: string,
  ) {
    super('mlflow-refused', message, hint);
  }

  get isLogin(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** One server, for one delivery. */
export interface Server {
  readonly address: string;
  /**
   * A call of the API: `runs/create`.
   * @throws Refused; IchorError where there is no answer, or none of MLflow
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<Json>;
  post(path: string, body: Json): Promise<Json>;
  /** What to throw where an answer is JSON, and not of the form that MLflow gives it. */
  readonly stranger: IchorError;
  /** A file through the server's own proxy of artifacts, to a path below its root. */
  put(path: string, content: Blob, type: string): Promise<void>;
}

/** @param signal bounds the whole delivery */
export function serverAt(where: Where, signal: AbortSignal): Server {
  const { address } = where;
  const api = `${address}/api/2.0/mlflow`;

  async function answer(url: string, method: string, body?: string | Blob, type?: string): Promise<Json> {
    const slow = AbortSignal.timeout(answerMs());
    try {
      const response = await askServer(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(type === undefined ? {} : { 'content-type': type }),
          ...(where.authorization === null ? {} : { authorization: where.authorization }),
        },
        ...(body === undefined ? {} : { body }),
        // A file may take as long as it takes.
        signal: body instanceof Blob ? signal : AbortSignal.any([signal, slow]),
      });
      return read(response, await response.text(), body instanceof Blob);
    } catch (error) {
      if (error instanceof IchorError) throw error;
      if (slow.aborted || signal.aborted) throw hangs(error);
      throw new IchorError(
        'server-unreachable',
        `The MLflow server at ${address} broke off in the middle of its answer.`,
        'Look at the log of the server, or of what stands before it.',
        1,
        { cause: error },
      );
    }
  }

  const hangs = (cause: unknown) =>
    new IchorError(
      'server-unreachable',
      `The MLflow server at ${address} does not answer in time.`,
      'It takes connections, and is stopped or overloaded: look at its log, or start it again. MLFLOW_HTTP_REQUEST_TIMEOUT gives it longer, in seconds.',
      1,
      { cause },
    );

  function read({ status, headers }: Response, text: string, isFile: boolean): Json {
    if (status >= 300 && status < 400) throw redirected(status, headers.get('location'));
    const json = parsed(text);
    if (status < 300 && json !== null) return json;
    // What takes a file says nothing.
    if (status < 300 && text === '' && isFile) return {};
    const error = typeof json?.error_code === 'string' ? json.error_code : '';
    const said = shown(typeof json?.message === 'string' ? json.message : plain(text, headers.get('content-type')));
    if (status === 401 || status === 403) throw refusedUs(status, error, said);
    if (status < 300 || (status < 500 && error === '' && status !== 413 && status !== 429))
      throw noMlflow(/^\s*</.test(text) ? 'a web page came' : 'something else came', status);
    throw new Refused(
      status,
      error,
      said,
      `The MLflow server at ${address} answers ${status}${said === '' ? '' : `: ${said}`}`.replace(/([^.])$/, '$1.'),
      status >= 500 ? 'Look at the log of the server, or of what stands before it.' : 'Look at what it says.',
    );
  }

  /** One line, short, and without what nobody else is to read. */
  function shown(text: string): string {
    const clean = where.secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text);
    const line = clean.replace(/\s+/g, ' ').trim();
    return line.length > MOST_REPEATED ? `${line.slice(0, MOST_REPEATED)} …` : line;
  }

  const refusedUs = (status: number, error: string, said: string) => {
    const why = said === '' ? '' : ` It says: ${said.replace(/([^.])$/, '$1.')}`;
    const whom = where.authorization === null ? 'no user was named' : 'who asks is not let in';
    const hint = /invalid host header/i.test(said)
      ? 'Start the server with `--allowed-hosts` and the name by which it is reached.'
      : 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to what this server takes.';
    const message = `The MLflow server at ${address} answers ${status}: ${whom}.${why}`;
    return new Refused(status, error, said, message, hint);
  };

  const noMlflow = (what: string, status: number) =>
    new IchorError(
      'mlflow-not-there',
      `What answers at ${address} is no MLflow server: ${what}, with status ${status}.`,
      'Is the address right, with its port, and with the path under which MLflow stands? A page to log in before it wants MLFLOW_TRACKING_TOKEN.',
    );

  const redirected = (status: number, location: string | null) => {
    const target = location !== null && URL.canParse(location, address) ? new URL(location, address) : null;
    // Not the whole of it: addresses of log-ins hold tickets.
    const to = target === null ? 'another address' : target.origin;
    return new IchorError(
      'mlflow-not-there',
      `What answers at ${address} sends to ${to} (status ${status}).`,
      'Name the address of the MLflow server itself; a page to log in before it wants MLFLOW_TRACKING_TOKEN.',
    );
  };

  return {
    address,
    get stranger() {
      return noMlflow('JSON of another form came', 200);
    },
    get: (path, query) => answer(`${api}/${path}?${new URLSearchParams(query)}`, 'GET'),
    post: (path, body) => answer(`${api}/${path}`, 'POST', JSON.stringify(body), 'application/json'),
    async put(path, content, type) {
      const below = path.split('/').map(encodeURIComponent).join('/');
      await answer(`${address}/api/2.0/mlflow-artifacts/artifacts/${below}`, 'PUT', content, type);
    },
  };
}

export const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of JSON; null for anything else. */
function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : null;
  } catch {
    return null;
  }
}

/** Text for people is worth repeating, a page's source is not. */
const plain = (text: string, type: string | null): string =>
  /html/.test(type ?? '') || text.startsWith('<') ? '' : text;
