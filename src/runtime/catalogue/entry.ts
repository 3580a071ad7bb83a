import type { Entry } from '../../registry/diagnostics/findings/catalogue/entry.ts';

/**
 * What there is to say about one code that a command gives beside `check`: a page of docs/diagnostics, and what
 * `ichor describe code` prints. Data only, and never loaded by a command.
 */
export interface RunEntry extends Omit<Entry, 'example'> {
  example: CalledExample | QuotedExample | SystemExample;
}

/** Command lines that are run for real in a folder of their own whenever the pages are written; the last one gives the code. */
export interface CalledExample {
  commands: readonly string[];
  /** Files by their names. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Ids of slices that lie in data/rsna/stage_2_train, of one series. */
  slices?: readonly string[];
}

/** Of what takes a full disk, a dead host or hours: its words. A test holds them against the sources that say them. */
export interface QuotedExample {
  command: string;
  message: string;
  hint?: string;
}

/** An error of the operating system, as Node hands it on: what ichor makes of it is asked of ichor. */
export interface SystemExample {
  command: string;
  system: { code: string; syscall: string; path: string };
}

export const quoted = (command: string, message: string, hint?: string): QuotedExample => ({
  command,
  message,
  ...(hint === undefined ? {} : { hint }),
});
