import { decimals } from '../runtime/evaluate/shown.ts';
import type { EpochEvent, RunEvent } from '../runtime/events.ts';
import { asCalled } from './called.ts';
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
  let current: { stage: string; pace: Pace; lastPlain: number } | null = null;

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
      if (event.level === 'warning') {
        line(`  ${paint.yellow('warning')} ${asCalled(event.message)}`);
        if (event.hint) line(`    ${paint.bold('hint')}: ${asCalled(event.hint)}`);
      } else if (!options.quiet) line(`  ${asCalled(event.message)}`);
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
        const text = `${event.kind}, ${event.version}${event.eager ? ', no step compiled (--eager)' : ''}`;
        if (text !== engineSaid) line(`  ${'engine'.padEnd(20)} ${text}`);
        engineSaid = text;
        break;
      }
      case 'stage-cached':
        line(`  ${event.stage.padEnd(20)} ${paint.dim('done before')}`);
        break;
      case 'stage-start':
        current = null;
        if (event.note) line(`  ${event.stage.padEnd(20)} ${paint.dim(event.note)}`);
        if (!event.fresh) line(`  ${event.stage.padEnd(20)} goes on where it was interrupted`);
        break;
      case 'stage-done':
        line(`  ${event.stage.padEnd(20)} ${paint.green('done')} in ${duration(event.seconds)}`);
        break;
      case 'epoch':
        if (event.speed !== null) line(`  ${event.stage.padEnd(20)} ${epochText(event)}`);
        break;
      case 'progress': {
        const now = performance.now();
        if (current?.stage !== event.stage) {
          current = { stage: event.stage, pace: new Pace(), lastPlain: now };
        }
        current.pace.add(event.done, now);
        const text = progressText(event, current.pace.perSecond(), terminal);
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

/** Steps before a time is said: the first one starts threads and fills pools, and takes many times as long as the others. */
const STEPS_BEFORE = 4;

/** How fast a stage goes, over all of it but its first step: one slow step says nothing of what is left. */
export class Pace {
  #steps = 0;
  #from: { done: number; at: number } | null = null;
  #last: { done: number; at: number } | null = null;

  /** `at` in milliseconds. What says the same again (the start of an epoch) is no step. */
  add(done: number, at: number): void {
    if (this.#last !== null && done < this.#last.done) {
      // Another thing is counted now.
      this.#steps = 0;
      this.#from = this.#last = null;
    }
    if (done === this.#last?.done) return;
    if (this.#last !== null) this.#steps += 1;
    this.#last = { done, at };
    if (this.#steps === 1) this.#from = this.#last;
  }

  /** Null until enough steps were measured. */
  perSecond(): number | null {
    if (this.#steps < STEPS_BEFORE || this.#from === null || this.#last === null) return null;
    const seconds = (this.#last.at - this.#from.at) / 1000;
    return seconds > 0 ? (this.#last.done - this.#from.done) / seconds : null;
  }
}

/** `update 300/800 (epoch 2.3)  …` where the training is stated in updates; else `epoch 3/8  loss 0.4210  validation 0.4533 (mean-log-loss 0.0756)  auc 0.9120  learning rate 0.0005  112 slices/s` */
export function epochText(event: EpochEvent): string {
  const { epoch, epochs, updates, update, loss, validation, metric, learningRate, speed } = event;
  return [
    update === undefined
      ? `epoch ${epochNumber(epoch)}/${epochNumber(epochs)}`
      : `update ${update}/${updates} (epoch ${epochNumber(epoch)})`,
    `loss ${figure(loss)}`,
    ...(validation
      ? [`validation ${figure(validation.loss)} (mean-log-loss ${figure(validation['mean-log-loss'])})`]
      : []),
    ...(metric ? [`${metric.name} ${metric.value === null ? 'not defined' : figure(metric.value)}`] : []),
    ...(learningRate === undefined ? [] : [`learning rate ${Number(learningRate.toPrecision(3))}`]),
    ...(speed
      ? [`${rateText(speed.itemsPerSecond)} ${speed.unit}/s`, `engine ${Math.round(speed.engineShare * 100)} %`]
      : []),
  ].join('  ');
}

/** At most two decimals, for passes that end in between. */
export const epochNumber = (epoch: number): string => String(Math.round(100 * epoch) / 100);

/** Four decimals, and no more digits than anybody reads of a loss that has run away. */
const figure = (value: number): string => (Math.abs(value) < 1000 ? decimals(value) : value.toPrecision(6));
const rateText = (rate: number): string => (rate >= 10 ? String(Math.round(rate)) : rate.toPrecision(2));

function progressText(event: Extract<RunEvent, { type: 'progress' }>, rate: number | null, terminal: boolean): string {
  const { stage, done, total, unit, note } = event;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.round(share * BAR);
  const bar = terminal ? `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ` : '';
  const speed = rate !== null && rate > 0 ? `  ${amount(rate, unit)}/s  ${duration((total - done) / rate)} left` : '';
  return `  ${stage.padEnd(20)} ${bar}${String(Math.floor(share * 100)).padStart(3)} %  ${amount(done, unit, false)} of ${amount(total, unit)}${speed}${note ? `  ${note}` : ''}`;
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
