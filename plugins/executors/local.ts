import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineExecutor, type ExecutorContext, type ExecutorEnd, type ExecutorListed, Type } from '../../src/index.ts';

/** Children of this process, and how those that have ended did. */
const children = new Map<string, ChildProcess>();
const ends = new Map<string, { end: ExecutorEnd; words: string | null }>();

/** Where it stands which process runs a job: `local/PLACE` holds its id and pid. */
const folderOf = ({ folder }: ExecutorContext): string => join(folder, 'local');

// A name first: of what stands in an `export default` tsc leaves the endings of imports as they are.
const local = defineExecutor({
  name: 'local',
  version: 1,
  summary: 'Processes on this machine, as many at once as --jobs says.',
  params: Type.Object({}),
  contract: () => ({ dependencies: false, queues: false, survives: false }),
  async submit(jobs, context) {
    const { command, folder, label, workspace } = context;
    const [program = process.execPath, ...words] = command;
    await mkdir(folderOf(context), { recursive: true });
    await mkdir(join(folder, 'logs'), { recursive: true });
    const ids: string[] = [];
    for (const { place } of jobs) {
      const id = `${label}.${place}.${process.pid}.${Date.now()}`;
      const log = await open(join(folder, 'logs', `${place}.log`), 'a');
      try {
        const child = spawn(program, [...words, String(place)], {
          cwd: workspace,
          env: { ...process.env, ICHOR_JOB_ID: id },
          stdio: ['ignore', log.fd, log.fd],
          // A signal of the terminal is for the driver, which says when to stop.
          detached: true,
        });
        await started(child);
        children.set(id, child);
        child.on('exit', (code, signal) => {
          children.delete(id);
          ends.set(id, endOf(code, signal));
        });
        child.unref();
        await writeFile(join(folderOf(context), String(place)), `${id} ${child.pid}\n`);
      } finally {
        await log.close();
      }
      ids.push(id);
    }
    return ids;
  },
  poll: listed,
  async cancel(ids, context) {
    for (const { id, place } of await listed(context)) {
      if (!ids.includes(id)) continue;
      const [, pid = ''] = (await readFile(join(folderOf(context), String(place)), 'utf8')).trim().split(' ');
      end(Number(pid));
    }
    // They put their work away first.
    const until = Date.now() + PATIENCE_MS;
    while (ids.some((id) => children.has(id)) && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
    for (const id of ids) children.get(id)?.kill('SIGKILL');
  },
  collect: async (ids) => new Map(ids.flatMap((id) => (ends.has(id) ? [[id, ends.get(id) as Ended] as const] : []))),
});

export default local;

async function listed(context: ExecutorContext): Promise<ExecutorListed[]> {
  const found: ExecutorListed[] = [];
  for (const name of await readdir(folderOf(context)).catch(() => [])) {
    const [id = '', pid = ''] = (await readFile(join(folderOf(context), name), 'utf8')).trim().split(' ');
    const place = Number(name);
    if (children.has(id) || (!ends.has(id) && (await isOurs(Number(pid), context.folder, place))))
      found.push({ place, id, state: 'running', why: null });
  }
  return found;
}

type Ended = { end: ExecutorEnd; words: string | null };
const PATIENCE_MS = 20_000;

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', reject);
  });
}

function endOf(code: number | null, signal: NodeJS.Signals | null): Ended {
  if (code === 0) return { end: 'done', words: null };
  // What the system does where memory runs out, too.
  if (signal === 'SIGKILL') return { end: 'killed', words: null };
  return { end: 'failed', words: signal === null ? `It ended with status ${code}.` : `It was ended by ${signal}.` };
}

/** Of an earlier driver: the pid may be another program's by now. */
async function isOurs(pid: number, folder: string, place: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return words === null || words.split('\0').slice(-3, -1).join(' ') === `${folder} ${place}`;
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has just ended by itself.
  }
}
