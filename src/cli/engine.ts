import type { EngineInfo } from '../runtime/engine/info.ts';
import type { InstallEvent } from '../runtime/engine/install/events.ts';
import { installEngine } from '../runtime/engine/install/install.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { asCalled } from './called.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { duration, progressReporter } from './progress.ts';
import { table } from './table.ts';

export interface InstallOptions {
  from?: string;
  ifMissing?: boolean;
  force?: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** `ichor engine install`: 0 installed (or, with --if-missing, WASM stands in), 1 no way worked. */
export async function installCommand(options: InstallOptions): Promise<number> {
  const say = (text: string) => {
    if (!options.quiet) process.stderr.write(`${text}\n`);
  };
  const result = await installEngine({
    ...(options.from === undefined ? {} : { from: options.from }),
    ifMissing: options.ifMissing ?? false,
    force: options.force ?? false,
    emit: installReporter(options.quiet ?? false),
    signal: interruptible(),
  });
  if (result.status === 'failed') {
    const why = result.reasons.map(({ way, reason }) => `${way}: ${reason}`).join('; ');
    const line = `${paint.yellow('native engine not installed')}, WASM stands in (${why}). ${result.help}`;
    process.stderr.write(`${line}\n`);
    const end = options.ifMissing ? 0 : 1;
    return options.json ? printJson(result, end) : end;
  }
  const { engine, status, seconds } = result;
  if (options.json) return printJson(result);
  if (status === 'installed')
    say(`native engine: TensorFlow ${engine.version} installed and tried in ${duration(seconds)}`);
  else if (!options.ifMissing)
    say(`native engine: TensorFlow ${engine.version} is installed, its files are as they were`);
  return 0;
}

function installReporter(quiet: boolean): (event: InstallEvent) => void {
  const report = progressReporter({ quiet });
  const note = (message: string) => report({ type: 'note', level: 'info', message });
  return (event) => {
    switch (event.type) {
      case 'start': {
        const download = event.downloadBytes === null ? '' : `${formatBytes(event.downloadBytes)} to fetch, `;
        const disk = event.diskBytes === null ? '' : `${formatBytes(event.diskBytes)} on disk, `;
        return note(`native engine: ${event.message} (${download}${disk}in ${event.folder})`);
      }
      case 'progress':
        if (event.total === null) return;
        return report({ type: 'progress', stage: event.step, done: event.done, total: event.total, unit: 'bytes' });
      case 'trying':
        return note('native engine: trying it in a process of its own');
      case 'way-failed':
        return;
      case 'waiting':
        return note(`native engine: another process is installing it ${event.message}`);
      case 'lock-broken':
        return report({ type: 'note', level: 'warning', code: 'lock-broken', message: event.message });
    }
  };
}

/** `ichor engine info` */
export async function infoCommand(options: { json?: boolean }): Promise<number> {
  const { engineInfo } = await import('../runtime/engine/info.ts');
  const info = await engineInfo();
  if (options.json) return printJson(info);
  process.stdout.write(`${infoText(info)}\n`);
  return 0;
}

function infoText(info: EngineInfo): string {
  const parts = info.engines.map((engine) => {
    const { parameters, multiplyAddsPerStep } = engine.limits;
    const limit = (value: number | null) => (value === null ? 'none' : value.toLocaleString('en-GB'));
    const rows = [
      ['version', engine.version ?? `not available: ${asCalled(engine.problem ?? 'unknown reason')}`],
      ['from', engine.from ?? '-'],
      ['threads', String(engine.threads)],
      ['instruction set', engine.isa],
      ['precision', engine.precision],
      ['limit of weights', limit(parameters)],
      ['limit of multiply-adds a step', limit(multiplyAddsPerStep)],
      ['kernels that ichor adds', engine.composed.join(', ') || 'none'],
      ['kernels that ichor replaces', engine.replaced.join(', ') || 'none'],
    ];
    const chosen = engine.kind === info.auto ? '  (what --engine auto takes)' : '';
    return `${paint.bold(engine.kind)}${chosen}\n${table(rows, { indent: 2 })}`;
  });
  const features = Object.entries(info.cpu.features ?? {})
    .map(([name, there]) => (there ? name : `no ${name}`))
    .join(', ');
  const machine = [
    ['CPU', `${info.cpu.model}, ${info.cpu.threads} threads`],
    ['features', features || 'not known'],
    ['GPU', info.gpu.statement],
    ...info.untried.map((text) => ['not tried', text]),
  ];
  return [...parts, `${paint.bold('machine')}\n${table(machine, { indent: 2 })}`].join('\n\n');
}
