import { join, relative, resolve } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { appendFileSync, mkdir, truncateSync } from '../../../files/fs.ts';
import { hasForm, isMap, isText, jsonOf, mapOf, NotJson } from '../../../files/json.ts';
import { textIfThere } from '../../../files/text.ts';
import { writeSynced } from '../../../files/write.ts';
import type { TrackRecord } from '../../../registry/kinds/tracker.ts';

/** Of a run: what happened, and what each tracker keeps. */
export const trackingFolder = (runFolder: string): string => join(runFolder, 'tracking');

export const journalFile = (runFolder: string): string => join(trackingFolder(runFolder), 'journal.jsonl');

/** The first line of a journal: what the run trains, by the keys of its stages. */
export interface JournalHead {
  type: 'journal';
  format: 1;
  keys: Readonly<Record<string, string>>;
}

/**
 * `tracking/journal.jsonl` of a run: a head, then a record a line, in which paths are from the run's folder. Only added to, and only the last line
 * may be cut off, by a process that was killed while it wrote: then it is as good as not there.
 */
export class Journal {
  /** Lines that the disk had no room for. */
  readonly #waiting: { line: string; record: TrackRecord }[] = [];

  #bytes: number;

  private constructor(
    readonly runFolder: string,
    readonly head: JournalHead,
    /** What stands in it. */
    readonly records: TrackRecord[],
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /** A new one, with what it takes over of an earlier run's. */
  static async create(runFolder: string, head: JournalHead, records: readonly TrackRecord[] = []): Promise<Journal> {
    await mkdir(trackingFolder(runFolder), { recursive: true });
    const text = [head, ...records.map((record) => inFolder(record, runFolder))].map(lineOf).join('');
    await writeSynced(journalFile(runFolder), text);
    return new Journal(runFolder, head, [...records], Buffer.byteLength(text));
  }

  /** Null where there is none. Throws IchorError `track-journal-damaged` (exit 2). */
  static async read(runFolder: string): Promise<Journal | null> {
    const file = journalFile(runFolder);
    const text = await textIfThere(file);
    if (text === null) return null;
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first = '', ...lines] = whole.split('\n').slice(0, -1);
    const head = parsed<JournalHead>(file, first, 1, isHead);
    const records = lines.map((line, at) => onMachine(parsed<TrackRecord>(file, line, at + 2, isRecord), runFolder));
    return new Journal(runFolder, head, records, Buffer.byteLength(whole));
  }

  /** How many records wait for room on the disk. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Synchronous, as the log is: what a killed run had reached stands there. Throws the system's own error; what could not be written is written before the
   * next one, and is no record until then.
   */
  add(record: TrackRecord): void {
    this.#waiting.push({ line: lineOf(inFolder(record, this.runFolder)), record });
    this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const file = journalFile(this.runFolder);
    // A disk without room, or a process that was killed, may have left a part of a line.
    truncateSync(file, this.#bytes);
    const text = this.#waiting.map(({ line }) => line).join('');
    appendFileSync(file, text);
    this.#bytes += Buffer.byteLength(text);
    this.records.push(...this.#waiting.splice(0).map(({ record }) => record));
  }
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

const inFolder = (record: TrackRecord, runFolder: string): TrackRecord =>
  record.type === 'artifact' ? { ...record, path: relative(runFolder, record.path).replaceAll('\\', '/') } : record;

const onMachine = (record: TrackRecord, runFolder: string): TrackRecord =>
  record.type === 'artifact' ? { ...record, path: resolve(runFolder, record.path) } : record;

function parsed<T>(file: string, line: string, number: number, isOne: (value: unknown) => boolean): T {
  try {
    return jsonOf<T>(line, isOne);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw journalDamaged(`${file} is damaged in line ${number}: ${error.message}.`, error);
  }
}

export const journalDamaged = (message: string, cause?: unknown): IchorError =>
  new IchorError(
    'track-journal-damaged',
    message,
    'Run its recipe again with `--track NAME`: then all of it is sent anew. Or put a copy of the file back; or delete the folder `tracking` that it is in, and the run is tracked no further.',
    2,
    { cause },
  );

const isHead = hasForm({ type: (value) => value === 'journal', format: (value) => value === 1, keys: mapOf(isText) });
const isTime = (value: unknown): boolean => Number.isFinite(value);
const figures = mapOf((value) => typeof value === 'number');
const FORMS: Readonly<Record<TrackRecord['type'], (value: unknown) => boolean>> = {
  begin: hasForm({ time: isTime, run: isText, params: isMap, recipeText: isText, versions: isMap }),
  scalars: hasForm({ time: isTime, stage: isText, step: isTime, epoch: isTime, values: figures }),
  figures: hasForm({ time: isTime, model: isText, side: isText, values: figures }),
  artifact: hasForm({ time: isTime, path: isText, name: isText }),
  end: hasForm({ time: isTime, state: isText }),
};
const isRecord = (value: unknown): boolean =>
  isMap(value) &&
  typeof value.type === 'string' &&
  Object.hasOwn(FORMS, value.type) &&
  FORMS[value.type as TrackRecord['type']](value);
