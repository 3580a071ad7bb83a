/** Why a server does not do what it is asked. */
export interface Refused {
  refused: string;
  /** Status of HTTP; null where none answered. */
  status: number | null;
  /** When to ask again, by the server's word, s; null where it says nothing. */
  after: number | null;
}

export type Answer = { object: unknown } | Refused;

/** The API of a cluster: its resources by their paths, https://kubernetes.io/docs/reference/using-api/. */
export interface Api {
  /** Where the jobs are. */
  readonly namespace: string;
  /** `path` begins with /api, /apis or /version; `body` is sent as JSON. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
}
