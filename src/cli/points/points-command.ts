import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { machineOptions } from '../machine-options.ts';
import { storeRoot } from '../paths.ts';
import { type FromProcess, type PointsOf, sentError, type ToProcess } from './messages.ts';
import { pointsOf } from './points-of.ts';
import { runnerHere } from './runner-here.ts';

/**
 * The other side of `PointProcesses`: runs the points that the command sends, one at a time, until it lets go or dies. Prints
 * nothing: what there is to say about the files the command has said.
 */
export async function pointsCommand(text: string): Promise<number> {
  const of = JSON.parse(text) as PointsOf;
  const controller = new AbortController();
  // A terminal sends these to every process of the command, which itself says when to stop.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const messages = received(controller);
  const points = await pointsOf(of);
  const workspace = findWorkspace(process.cwd());
  const runner = runnerHere(points, {
    storeRoot: storeRoot(of.options.store, workspace),
    workspace,
    engine: of.options.engine,
    ...machineOptions(of.options),
    trustSizes: of.options.trustSizes ?? false,
    signal: controller.signal,
  });
  for await (const { key, recipe, before } of messages) {
    try {
      const run = await runner.run(key, { recipe, before, emit: (event) => send({ type: 'event', event }) });
      send({ type: 'done', run });
    } catch (error) {
      send(controller.signal.aborted ? { type: 'stopped' } : { type: 'failed', error: sentError(error) });
    }
  }
  return 0;
}

type Run = Extract<ToProcess, { type: 'run' }>;

/** Points to run, until the command lets go. What comes before somebody asks for the first waits. */
function received(controller: AbortController): AsyncIterable<Run> {
  const waiting: Run[] = [];
  let wake = () => {};
  process.on('message', (message: ToProcess) => {
    if (message.type === 'run') waiting.push(message);
    else controller.abort(new Error('stopped by the command'));
    wake();
  });
  process.on('disconnect', () => {
    controller.abort(new Error('the command has ended'));
    wake();
  });
  return (async function* () {
    while (process.connected) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  })();
}

function send(message: FromProcess): void {
  // After the command has died there is nobody to tell.
  if (process.connected) process.send?.(message, () => {});
}
