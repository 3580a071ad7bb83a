import type { RunEvent } from '../runtime/events.ts';
import { noticesText } from './notices.ts';
import { paint } from './paint.ts';

const PLAIN_EVERY_MS = 15_000;
const BAR = 24;

export interface ProgressOptions {
  quiet?: boolean;
  stream?: NodeJS.WriteStream;
  /** Stands before every line where several things go on at once, none of which can have a status line then. */
  before?: string;
}

/** A sweep or a table has many runs, and one engine: it is said once. */
let engineSaid = '';

/** Shows events: one status line on a terminal, plain lines elsewhere, only warnings where it is to be quiet. */
export function progressReporter(options: ProgressOptions): (event: RunEvent) => void {
  const stream = options.stream ?? process.stderr;
  const terminal = stream.isTTY === true && options.before === undefined;
  let shown = false;
  let current: { stage: string; started: number; first: number; lastPlain: number } | null = null;

  const clear = () => {
    if (shown) stream.write('\r\u001b[2K');
    shown = false;
  };
  const line = (text: string) => {
    clear();
    stream.write(`${options.before ?? ''}${text}\n`);
  };

  return (event) => {
    if (event.type === 'note') {
      if (event.level === 'warning') line(`  ${paint.yellow('warning')} ${event.message}`);
      else if (!options.quiet) line(`  ${event.message}`);
      return;
    }
    if (event.type === 'notices') {
      // What ends well says it below its figures.
      const told = options.quiet
        ? event.notices.filter(({ level, what }) => level === 'warning' && what)
        : event.notices;
      const text = event.failed ? noticesText(told, event.run) : null;
      if (text !== null) line(text);
      return;
    }
    if (options.quiet) return;
    switch (event.type) {
      case 'engine': {
        const text = `${event.kind}, ${event.version}`;
        if (text !== engineSaid) line(`  ${'engine'.padEnd(18)} ${text}`);
        engineSaid = text;
        break;
      }
      case 'stage-cached':
        line(`  ${event.stage.padEnd(18)} ${paint.dim('done before')}`);
        break;
      case 'stage-start':
        current = null;
        if (event.note) line(`  ${event.stage.padEnd(18)} ${paint.dim(event.note)}`);
        if (!event.fresh) line(`  ${event.stage.padEnd(18)} goes on where it was interrupted`);
        break;
      case 'stage-done':
        line(`  ${event.stage.padEnd(18)} ${paint.green('done')} in ${duration(event.seconds)}`);
        break;
      case 'progress': {
        const now = performance.now();
        if (current?.stage !== event.stage) {
          current = { stage: event.stage, started: now, first: event.done, lastPlain: now };
        }
        const text = progressText(event, current, now, terminal);
        if (terminal) {
          const width = stream.columns ?? 80;
          stream.write(`\r\u001b[2K${text.slice(0, width - 1)}`);
          shown = true;
        } else if (now - current.lastPlain >= PLAIN_EVERY_MS) {
          current.lastPlain = now;
          line(text);
        }
        break;
      }
    }
  };
}

function progressText(
  event: Extract<RunEvent, { type: 'progress' }>,
  since: { started: number; first: number },
  now: number,
  terminal: boolean,
): string {
  const { stage, done, total, unit, note } = event;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const seconds = (now - since.started) / 1000;
  const rate = seconds > 0.5 ? (done - since.first) / seconds : 0;
  const filled = Math.round(share * BAR);
  const bar = terminal ? `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ` : '';
  const speed = rate > 0 ? `  ${amount(rate, unit)}/s  ${duration((total - done) / rate)} left` : '';
  return `  ${stage.padEnd(18)} ${bar}${String(Math.floor(share * 100)).padStart(3)} %  ${amount(done, unit, false)} of ${amount(total, unit)}${speed}${note ? `  ${note}` : ''}`;
}

function amount(value: number, unit: string, named = true): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)}${named ? ' MB' : ''}`;
  const text = value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
  return named ? `${text} ${unit}` : text;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60) % 60).padStart(2, '0')} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
