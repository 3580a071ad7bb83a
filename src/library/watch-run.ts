import { IchorError } from '../errors.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { listRuns, readRun } from '../runtime/runs/run-folder.ts';
import { servePage } from '../runtime/watch/serve.ts';
import { watchPage } from '../runtime/watch/watch-page.ts';
import { watchedRun, watchStamp } from '../runtime/watch/watched-run.ts';
import { abortable, never } from './aborted.ts';
import { runNamed } from './open-run.ts';
import { checkedOptions, checkedText, placesOf, type WatchOptions } from './options.ts';

/** A page that somebody may look at. */
export interface WatchedPage {
  run: string;
  /** On this machine's loopback address, with a token in its path: who has it sees the page. */
  url: string;
  port: number;
  /** Resolves where the run is removed while it is served: the page says so, and stays. */
  removed: Promise<void>;
  /** Resolves once the page is no longer served. */
  closed: Promise<void>;
  close(): void;
}

/** See `watchRun` of `ichor/run`. */
export async function watchRunNow(name: string | null, options?: WatchOptions): Promise<WatchedPage> {
  const { signal = never(), port = 0, ...places } = checkedOptions('watchRun', options);
  const { cwd, storeRoot } = placesOf(places);
  return abortable(signal, async () => {
    const asked =
      name === null
        ? await newest(storeRoot)
        : runNamed(checkedText('watchRun', 'the name or the folder of a run', name), storeRoot, cwd);
    const { folder, record } = await findRun(storeRoot, asked);
    const served = await servePage(pageOf(folder), port);
    signal.addEventListener('abort', () => served.close(), { once: true });
    return { run: record.name, removed: removal(folder, served.closed), ...served };
  });
}

/** How often it is looked whether the run is there, where nobody looks at the page. Milliseconds. */
const EACH_MS = 1000;

/** Resolves once there is no run in the folder; never where the page's end comes first. */
const removal = (folder: string, closed: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      readRun(folder).then(
        (run) => {
          if (run !== null) return;
          clearInterval(timer);
          resolve();
        },
        // A record that cannot be read is a run's: the page says what is wrong with it.
        () => {},
      );
    }, EACH_MS).unref();
    void closed.then(() => clearInterval(timer));
  });

/** Drawn only where the run has moved: the page asks every other second, on the processors that train. */
function pageOf(folder: string): () => Promise<string> {
  let last: { moved: string; page: Promise<string> } | null = null;
  return async () => {
    const moved = await watchStamp(folder);
    if (last?.moved !== moved) last = { moved, page: watchedRun(folder).then(watchPage) };
    return last.page;
  };
}

/** The newest run that is running, else the newest one. */
async function newest(storeRoot: string): Promise<string> {
  const runs = await listRuns(storeRoot);
  const running = runs.filter(({ record }) => record.status === 'running');
  const found = running.at(-1) ?? runs.at(-1);
  if (found === undefined)
    throw new IchorError(
      'unknown-run',
      'No recipe has run in this store yet.',
      'Start one, `ichor run RECIPE`, and watch it from another terminal.',
      2,
    );
  return found.record.name;
}
