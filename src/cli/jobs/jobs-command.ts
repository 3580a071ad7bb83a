import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { printJson } from '../json.ts';
import { paint } from '../paint.ts';
import { storeRoot } from '../paths.ts';
import { table } from '../table.ts';
import { isUnderWay, type SeenJobs, seenJobs } from './under-way.ts';

export interface JobsCommandOptions {
  store?: string;
  all?: boolean;
  json?: boolean;
}

/** `ichor jobs`: 0, whether something is under way or not. */
export async function jobsCommand({ store, all = false, json }: JobsCommandOptions): Promise<number> {
  const root = storeRoot(store, findWorkspace(process.cwd()));
  const found = await seenJobs(root);
  const shown = found.filter(({ jobs }) => all || jobs.some((job) => isUnderWay(job) || job.state === 'waiting'));
  if (json)
    return printJson({
      store: root,
      jobs: shown.flatMap(({ jobs, driven }) => jobs.map((job) => ({ ...job, driven }))),
    });
  if (shown.length === 0) process.stdout.write(`Nothing is under way${all ? ', and nothing was' : ''}.\n`);
  for (const one of shown) process.stdout.write(`${textOf(one, all)}\n`);
  return 0;
}

function textOf({ file, jobs, driven }: SeenJobs, all: boolean): string {
  const count = (state: string) => jobs.filter((job) => job.state === state).length;
  const states = ['running', 'ended', 'submitted', 'waiting', 'done', 'failed']
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`);
  const lines = jobs
    .filter((job) => all || isUnderWay(job))
    .map(({ name, state, id, stage, host, since, line }) => [
      name,
      state,
      id ?? '',
      stage ?? '',
      host ?? '',
      since === null ? '' : since.replace('T', ' ').slice(0, 19),
      line ?? '',
    ]);
  return [
    `${paint.bold(file.name)}  on ${file.executor}: ${states.join(', ')}`,
    ...(lines.length === 0
      ? []
      : [table([['job', 'state', 'id', 'stage', 'on', 'since (UTC)', 'last line'], ...lines], { indent: 2 })]),
    ...(driven === false && jobs.some((job) => isUnderWay(job) || job.state === 'waiting')
      ? [paint.dim('  Nobody looks after them: the command that submitted them does again.')]
      : []),
  ].join('\n');
}
