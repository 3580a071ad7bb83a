import { findRun } from '../runtime/runs/find-run.ts';
import { listRuns } from '../runtime/runs/run-folder.ts';
import { servePage } from '../runtime/watch/serve.ts';
import { watchPage } from '../runtime/watch/watch-page.ts';
import { watchedRun } from '../runtime/watch/watched-run.ts';
import { abortable, never } from './aborted.ts';
import { runNamed } from './open-run.ts';
import { checkedOptions, checkedText, placesOf, type WatchOptions } from './options.ts';

/** A page that somebody may look at. */
export interface WatchedPage {
  run: string;
  /** On this machine's loopback address, with a token in its path: who has it sees the page. */
  url: string;
  port: number;
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
      name === null ? await newest(storeRoot) : checkedText('watchRun', 'the name or the folder of a run', name);
    const { folder, record } = await findRun(storeRoot, asked === null ? '' : runNamed(asked, storeRoot, cwd));
    const served = await servePage(async () => watchPage(await watchedRun(folder)), port);
    signal.addEventListener('abort', () => served.close(), { once: true });
    return { run: record.name, ...served };
  });
}

/** The newest run that is running, else the newest one; null where there is none. */
async function newest(storeRoot: string): Promise<string | null> {
  const runs = await listRuns(storeRoot);
  const running = runs.filter(({ record }) => record.status === 'running');
  return (running.at(-1) ?? runs.at(-1))?.record.name ?? null;
}
