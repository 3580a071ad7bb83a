import { watchRun } from '../library/index.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';

export interface WatchCommandOptions {
  port?: number;
  store?: string;
  json?: boolean;
}

/** `ichor watch [RUN]`: 0 once it is ended by Ctrl-C, 2 where there is no such run, or the port is not free. */
export async function watchCommand(name: string | undefined, options: WatchCommandOptions): Promise<number> {
  const signal = interruptible();
  const { port, store, json } = options;
  const page = await watchRun(name ?? null, {
    signal,
    ...(port === undefined ? {} : { port }),
    ...(store === undefined ? {} : { store }),
  });
  const { run, url } = page;
  if (json) printJson({ run, url, port: page.port });
  else
    process.stdout.write(
      `${run} is shown at ${url}\n` +
        '  Only on this machine, and only to whom has this address. Ctrl-C ends it; the run goes on.\n' +
        `  From another machine: ssh -L ${page.port}:127.0.0.1:${page.port} HOST, and the same address there.\n`,
    );
  void page.removed.then(() =>
    process.stderr.write(`${run} was removed: the page shows how it stood last. Ctrl-C ends this.\n`),
  );
  await page.closed;
  return 0;
}
