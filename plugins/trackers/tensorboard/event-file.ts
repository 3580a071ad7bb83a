import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { frameRecord, type TrackValue } from '../../../src/index.ts';

/** Numbers of fields and of enums: tensorboard's event.proto, summary.proto, tensor.proto and hparams/plugin_data.proto (2.21). */
const [VARINT, DOUBLE, BYTES, FLOAT] = [0, 1, 2, 5];
const DT_FLOAT = 1;
const DT_STRING = 7;
const DATA_CLASS_TENSOR = 2;
const SESSION_START = 1;
/** What readers take to be a file of this form; by it they purge what a session log says is void. */
const VERSION = 'brain.Event:2';

type Write = (writer: protobuf.Writer) => void;

const tag = (field: number, wire: number): number => (field << 3) | wire;
const message =
  (field: number, write: Write): Write =>
  (writer) => {
    writer.uint32(tag(field, BYTES)).fork();
    write(writer);
    writer.ldelim();
  };
const text =
  (field: number, value: string): Write =>
  (writer) =>
    void writer.uint32(tag(field, BYTES)).string(value);
const whole =
  (field: number, value: number): Write =>
  (writer) =>
    void writer.uint32(tag(field, VARINT)).int64(value);
const double =
  (field: number, value: number): Write =>
  (writer) =>
    void writer.uint32(tag(field, DOUBLE)).double(value);
const all =
  (...parts: readonly Write[]): Write =>
  (writer) => {
    for (const part of parts) part(writer);
  };

/** One event as a record of the file. @param time ms since 1970 */
function event(time: number, step: number, content: Write): Buffer {
  const writer = protobuf.Writer.create();
  all(double(1, time / 1000), whole(2, step), content)(writer);
  return frameRecord(writer.finish());
}

/** The first of each file. */
const versionEvent = (time: number): Buffer => event(time, 0, text(3, VERSION));

/** From this step on what stands in the file is void: a training began again from before it. */
export const restartEvent = (time: number, step: number): Buffer =>
  event(time, step, message(7, whole(1, SESSION_START)));

export const scalarsEvent = (time: number, step: number, values: Readonly<Record<string, number>>): Buffer =>
  event(
    time,
    step,
    message(
      5,
      all(
        ...Object.entries(values).map(([name, value]) =>
          message(1, (writer) => {
            text(1, name)(writer);
            writer.uint32(tag(2, FLOAT)).float(value);
          }),
        ),
      ),
    ),
  );

/** A text in Markdown, for the tab of texts. */
export const textEvent = (time: number, name: string, markdown: string): Buffer =>
  event(
    time,
    0,
    summary(name, 'text', null, all(whole(1, DT_STRING), message(2, message(2, whole(1, 1))), text(8, markdown))),
  );

/** What a session was started with, for the tab of hyperparameters. */
export function sessionStartEvent(time: number, params: Readonly<Record<string, TrackValue>>): Buffer {
  const entries = Object.entries(params).map(([name, value]) =>
    message(1, all(text(1, name), message(2, hparam(value)))),
  );
  return event(
    time,
    0,
    summary('_hparams_/session_start_info', 'hparams', message(3, all(...entries, double(5, time / 1000))), NO_NUMBERS),
  );
}

export const sessionEndEvent = (time: number, succeeded: boolean): Buffer =>
  event(
    time,
    0,
    summary(
      '_hparams_/session_end_info',
      'hparams',
      message(4, all(whole(1, succeeded ? 1 : 2), double(2, time / 1000))),
      NO_NUMBERS,
    ),
  );

/** A tensor of no numbers: what stands where the plugin's own data say everything. */
const NO_NUMBERS: Write = all(whole(1, DT_FLOAT), message(2, message(2, whole(1, 0))));

/** A google.protobuf.Value. */
const hparam = (value: TrackValue): Write => {
  if (typeof value === 'number') return double(2, value);
  if (typeof value === 'boolean') return (writer) => void writer.uint32(tag(4, VARINT)).bool(value);
  return text(3, value ?? 'none');
};

function summary(name: string, plugin: string, content: Write | null, tensor: Write): Write {
  const data = all(text(1, plugin), ...(content === null ? [] : [message(2, content)]));
  const metadata = message(9, all(message(1, data), whole(4, DATA_CLASS_TENSOR)));
  return message(5, message(1, all(text(1, name), metadata, message(8, tensor))));
}

/** Node's own `recursive` never ends where a folder above answers to everything that it is not there (`/proc`). */
async function makeFolder(folder: string, tried = false): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || tried || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await makeFolder(folder, true);
  }
}

/**
 * Adds events to a file that is known to hold so many bytes of ours: what stands behind them, of a delivery that was cut off, is written anew.
 * @returns how many bytes it holds then
 */
export async function appendEvents(
  file: string,
  bytes: number,
  time: number,
  events: readonly Buffer[],
): Promise<number> {
  await makeFolder(dirname(file));
  // Not 'a': on some systems that writes at the end whatever the place.
  const handle = await open(file, bytes === 0 ? 'w' : 'r+').catch((error: NodeJS.ErrnoException) => {
    // Somebody has taken it away.
    if (error.code === 'ENOENT') return open(file, 'w');
    throw error;
  });
  try {
    const { size } = await handle.stat();
    const from = size < bytes ? 0 : bytes;
    await handle.truncate(from);
    const data = Buffer.concat(from === 0 ? [versionEvent(time), ...events] : events);
    await handle.write(data, 0, data.length, from);
    return from + data.length;
  } finally {
    await handle.close();
  }
}
