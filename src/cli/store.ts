import { join } from 'node:path';
import { IchorError } from '../errors.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { findGarbage, heldLocks, removeGarbage } from '../runtime/runs/garbage.ts';
import { listRuns } from '../runtime/runs/run-folder.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { holderText } from '../runtime/store/lock.ts';
import { madeOnText } from '../runtime/store/made-on.ts';
import { Store } from '../runtime/store/store.ts';
import { warn } from './end.ts';
import { printJson } from './json.ts';
import { shown, storeRoot } from './paths.ts';
import { table } from './table.ts';

/** `ichor store list` */
export async function listCommand(options: { store?: string; json?: boolean }): Promise<number> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const runs = await listRuns(root, (_, error) => warn(error));
  const damaged: string[] = [];
  const rows = [['stage', 'key', 'size', 'made by', 'used by']];
  const artifacts: object[] = [];
  for (const { stage, key, folder, manifest, damage } of await new Store(root).artifacts()) {
    if (damage !== null) damaged.push(`${join(folder, 'manifest.json')}: ${damage}`);
    const bytes = Object.values(manifest?.files ?? {}).reduce((sum, file) => sum + file.bytes, 0);
    const users = runs.filter(({ record }) => Object.values(record.artifacts).some((used) => used.key === key));
    artifacts.push({
      stage,
      key,
      folder,
      bytes: manifest === null ? null : bytes,
      damage,
      engine: manifest?.engine ?? null,
      machine: manifest?.machine ?? null,
      runs: users.map(({ record }) => record.name),
    });
    rows.push([
      stage,
      key.slice(0, 12),
      manifest === null ? (damage === null ? 'no manifest' : 'damaged') : formatBytes(bytes),
      [manifest?.engine?.version ?? '', ...(manifest?.machine ? [madeOnText(manifest)] : [])]
        .filter(Boolean)
        .join(', '),
      users.map(({ record }) => record.name).join(', ') || 'no run',
    ]);
  }
  if (options.json) return printJson({ store: root, artifacts });
  process.stdout.write(rows.length === 1 ? `The store ${root} is empty.\n` : `${table(rows, { right: [2] })}\n`);
  for (const what of damaged)
    warn(
      new IchorError(
        'artifact-damaged',
        `${what}.`,
        'Delete its folder, or leave it: the next run that needs it makes it again.',
      ),
    );
  return 0;
}

/** `ichor store gc` */
export async function gcCommand(options: { store?: string; dryRun?: boolean; json?: boolean }): Promise<number> {
  const store = new Store(storeRoot(options.store, findWorkspace(process.cwd())));
  const garbage = await findGarbage(store);
  const bytes = garbage.reduce((sum, each) => sum + each.bytes, 0);
  if (options.json) {
    if (!options.dryRun) await removeGarbage(garbage);
    const found = garbage.map(({ what, name, bytes: size }) => ({ what, name, bytes: size }));
    return printJson({ store: store.root, removed: !options.dryRun, garbage: found, bytes });
  }
  for (const { what, name } of garbage)
    process.stdout.write(`${options.dryRun ? 'would remove' : 'removed'} ${what} ${name}\n`);
  if (!options.dryRun) await removeGarbage(garbage);
  const count = `${garbage.length} folder${garbage.length === 1 ? '' : 's'}, ${formatBytes(bytes)}`;
  const unfinished = new Set((await store.partials()).map(({ key }) => key));
  for (const [key, lock] of await heldLocks(store)) {
    if (!unfinished.has(key)) continue;
    process.stdout.write(`left alone, may be being made by ${holderText(lock)}: its lock is ${shown(lock.file)}\n`);
  }
  process.stdout.write(garbage.length === 0 ? 'Nothing to remove: a run refers to everything.\n' : `${count}\n`);
  return 0;
}
