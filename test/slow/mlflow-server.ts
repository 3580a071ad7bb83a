import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
// @ts-expect-error: a script without types
import { mlflowPython } from '../../scripts/peer-python.mjs';

/** A Python with MLflow; null where `node scripts/peer-python.mjs mlflow` has made none. */
export const python: string | null = mlflowPython();

/** It runs in a folder of its own, writes nothing elsewhere, and tells nobody. */
const environment = (folder: string) => ({
  PATH: process.env.PATH,
  HOME: folder,
  TMPDIR: folder,
  MLFLOW_DISABLE_TELEMETRY: 'true',
});

export interface RealMlflow {
  origin: string;
  /** What its client reads, by the name of the run. */
  read(experiment: string): Promise<Record<string, ReadRun>>;
  stop(): Promise<void>;
}

export interface ReadRun {
  id: string;
  status: string;
  start: number;
  end: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  latest: Record<string, number>;
  /** Step, value, time; of ten of them. */
  metrics: Record<string, [number, number, number][]>;
  files: Record<string, string>;
}

/** `mlflow server` with a database in a temporary folder. */
export async function startMlflow(): Promise<RealMlflow> {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-'));
  const port = await freePort();
  const options = [
    '--backend-store-uri',
    'sqlite:///mlflow.db',
    '--artifacts-destination',
    './files',
    '--port',
    String(port),
    '--workers',
    '1',
  ];
  const log = join(folder, 'log');
  const server = spawn('sh', ['-c', 'exec "$0" -m mlflow server "$@" >log 2>&1', python as string, ...options], {
    cwd: folder,
    env: environment(folder),
    detached: true,
  });
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`mlflow server ended: ${readFileSync(log, 'utf8')}`);
    if (
      await fetch(`${origin}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await sleep(200);
  }
  return {
    origin,
    read: async (experiment) =>
      JSON.parse(await said(folder, [join(import.meta.dirname, 'read-mlflow.py'), origin, experiment])),
    stop: async () => {
      const ended = new Promise((done) => server.once('exit', done));
      // Its workers are of its group.
      process.kill(-(server.pid as number), 'SIGTERM');
      await ended;
    },
  };
}

function said(folder: string, args: readonly string[]): Promise<string> {
  const child: ChildProcess = spawn(python as string, args, { cwd: folder, env: environment(folder) });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += chunk));
  child.stderr?.on('data', (chunk) => (err += chunk));
  return new Promise((resolve, reject) =>
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err)))),
  );
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
