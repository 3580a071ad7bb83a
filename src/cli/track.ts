import { openedRegistry } from '../library/opened-run.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { type SyncedRun, syncTracking } from '../runtime/runs/track/sync.ts';
import { asCalled } from './called.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { storeRoot } from './paths.ts';

export interface TrackSyncOptions {
  store?: string;
  json?: boolean;
}

/** `ichor track sync [RUN...]`: 0 trackers have received everything, 1 something is left. */
export async function trackSyncCommand(runs: readonly string[], options: TrackSyncOptions): Promise<number> {
  const workspace = findWorkspace(process.cwd());
  const root = storeRoot(options.store, workspace);
  const signal = interruptible();
  const synced = await syncTracking({ storeRoot: root, workspace, runs, registryOf: openedRegistry, signal });
  const left = synced.some(
    ({ error, trackers }) => error !== null || trackers.some((one) => one.left > 0 || one.error),
  );
  const status = left ? 1 : 0;
  if (options.json) return printJson({ store: root, runs: synced }, status);
  if (synced.length === 0) process.stdout.write('No run of this store was tracked.\n');
  for (const run of synced) for (const line of linesOf(run)) process.stdout.write(`${asCalled(line)}\n`);
  return status;
}

function linesOf({ run, passedOver, trackers, error }: SyncedRun): string[] {
  if (passedOver?.why === 'running') return [`${run}  goes on: it sends by itself`];
  if (passedOver?.why === 'continued') return [`${run}  is continued by ${passedOver.by}, which sends for both`];
  if (error !== null) return failed(run, error);
  if (trackers.length === 0) return [`${run}  no tracker has received anything of it: name one with --track`];
  return trackers.flatMap(({ tracker, sent, left, error: why }) => {
    const records = (n: number) => `${n} ${n === 1 ? 'record' : 'records'}`;
    const said = `${run}  ${tracker}: ${sent === 0 && left === 0 ? 'everything had been sent' : `${records(sent)} sent`}`;
    if (why !== null) return [...(sent > 0 ? [said] : []), ...failed(`${run}  ${tracker}`, why)];
    return [left > 0 ? `${said}, ${left} left: call it again` : said];
  });
}

const failed = (what: string, { message, hint }: { message: string; hint: string | null }): string[] => [
  `${what}  ${paint.red('not sent')}: ${message}`,
  ...(hint === null ? [] : [`  ${paint.bold('hint')}: ${hint}`]),
];
