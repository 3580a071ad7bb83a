import { textIfThere } from '../../files/text.ts';
import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { logFile } from '../../runtime/jobs/folder.ts';
import { printJson } from '../json.ts';
import { paint } from '../paint.ts';
import { storeRoot } from '../paths.ts';
import { noSuchJobs } from './jobs-cancel.ts';
import { seenJobs } from './under-way.ts';

/** `ichor jobs logs NAME`: 0 it was printed, 2 there is no such job. */
export async function logsCommand(name: string, { store, json }: { store?: string; json?: boolean }): Promise<number> {
  const root = storeRoot(store, findWorkspace(process.cwd()));
  const found = await seenJobs(root);
  const all = found.flatMap(({ folder, jobs }) => jobs.map((job) => ({ ...job, file: logFile(folder, job.place) })));
  const exact = all.filter((job) => job.name === name || job.id === name || job.of === name);
  const near = exact.length > 0 ? exact : all.filter((job) => job.name.includes(name));
  if (near.length === 0) throw noSuchJobs(name, found);
  const logs = await Promise.all(
    near.map(async (job) => ({ job: job.name, of: job.of, file: job.file, text: await textIfThere(job.file) })),
  );
  if (json) return printJson({ store: root, logs });
  for (const { job, of, file, text } of logs)
    process.stdout.write(
      `${paint.bold(`${of}  ${job}`)}  ${paint.dim(file)}\n${text ?? 'It has printed nothing yet.\n'}`,
    );
  return 0;
}
