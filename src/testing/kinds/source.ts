import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

/** Seconds of generating above which a test asks for smaller parameters. */
const PATIENCE = 20;

export async function checkSource(subject: Subject<'source'>): Promise<void> {
  const { component, findings, base, boundaries, root } = subject;
  await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { identities, labels, repairIntercept } = component.contract(paramsOf(at));
      if (identities !== 'public' && identities !== 'private')
        problem(`identities is ${shown(identities)} with ${at.words}; say 'public' or 'private' (ids become hashes).`);
      if (typeof labels !== 'boolean') problem(`labels is ${shown(labels)} with ${at.words}; say true or false.`);
      if (typeof repairIntercept !== 'boolean')
        problem(`repairIntercept is ${shown(repairIntercept)} with ${at.words}; say true or false.`);
      if (component.cost) {
        const { bytes, seconds } = component.cost(paramsOf(at));
        if (!(bytes > 0 && Number.isFinite(bytes) && seconds >= 0 && Number.isFinite(seconds)))
          problem(
            `cost gives ${shown({ bytes, seconds })} with ${at.words}; say roughly how many bytes and seconds it takes.`,
          );
      }
    });
  });
  await findings.check('a folder that is missing', async (problem) => {
    try {
      await component.open(paramsOf(base), join(tmpdir(), 'ichor-testing', 'there-is-no-such-folder'));
      problem('opening a folder that does not exist succeeds; throw an IchorError with the code source-missing.');
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      if (error.code !== 'source-missing')
        problem(
          `opening a folder that does not exist throws the code ${shown(error.code)}; its code is source-missing.`,
        );
    }
  });
  if (component.generate) await checkGenerated(subject);
  else if (root === undefined) findings.skip('files and labels', 'give `root`, a folder that the source can open.');
  else {
    const open = await opened(subject, root);
    if (open) await checkOpened(subject, open, root);
  }
}

async function opened({ component, findings, small }: Subject<'source'>, root: string): Promise<OpenSource | null> {
  let open: OpenSource | null = null;
  await findings.check('open', async () => {
    open = await component.open(paramsOf(small), root);
  });
  return open;
}

async function checkGenerated(subject: Subject<'source'>): Promise<void> {
  const { component, findings, small } = subject;
  const { seconds = 0 } = component.cost?.(paramsOf(small)) ?? {};
  if (seconds > PATIENCE) {
    findings.skip('files and labels', `generating would take ${Math.round(seconds)} s: give \`small\` parameters.`);
    return;
  }
  const folders: string[] = [];
  const generate = async (seed: number, signal = new AbortController().signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'ichor-testing-'));
    folders.push(folder);
    const reports: [number, number][] = [];
    const progress = async (done: number, total: number) => void reports.push([done, total]);
    await component.generate!(paramsOf(small), { folder, seed, progress, signal });
    return { folder, reports };
  };
  try {
    let made: Awaited<ReturnType<typeof generate>> | null = null;
    await findings.check('generate', async (problem) => {
      made = await generate(1);
      const [done, total] = made.reports.at(-1) ?? [];
      if (done === undefined)
        problem(
          'generate reports no progress; await `work.progress(done, total, unit)` between items, which also lets a run be stopped.',
        );
      else if (done !== total) problem(`the last progress is ${done} of ${total}; it must end at its total.`);
    });
    const { folder } = (made ?? {}) as { folder?: string };
    if (folder === undefined) return;
    await findings.check('determinism', async (problem) => {
      const [first, again, other] = [folder, (await generate(1)).folder, (await generate(2)).folder];
      const bytes = await hashes(first);
      if ((await hashes(again)) !== bytes)
        problem(
          'two runs with one seed write other bytes; draw from `stream(work.seed, …)`, and write no time of day.',
        );
      if ((await hashes(other)) === bytes)
        problem('another seed writes the same bytes; draw from `stream(work.seed, …)`.');
    });
    await findings.check('interruption', async (problem) => {
      const abort = new AbortController();
      abort.abort(new Error('interrupted'));
      const ended = await generate(1, abort.signal).then(
        () => true,
        () => false,
      );
      if (ended)
        problem('generate runs to its end though it was stopped; call `work.signal.throwIfAborted()` between items.');
    });
    const open = await opened(subject, folder);
    if (!open) return;
    if (!open.synthetic) {
      await findings.check('synthetic', (problem) =>
        problem(
          'what it generated opens as real data; write phantom.json, or say synthetic: true, so that each figure says SYNTHETIC.',
        ),
      );
    }
    await checkOpened(subject, open, folder);
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

async function checkOpened(
  { component, findings, small }: Subject<'source'>,
  open: OpenSource,
  root: string,
): Promise<void> {
  const contract = component.contract(paramsOf(small));
  const files: SourceFile[] = [];
  await findings.check('files', async (problem) => {
    if (!isAbsolute(open.root))
      problem(`the open source's root is ${shown(open.root)}; it must be the absolute folder, ${root}.`);
    for await (const file of open.files()) files.push(file);
    const again: SourceFile[] = [];
    for await (const file of open.files()) again.push(file);
    if (JSON.stringify(files) !== JSON.stringify(again))
      problem('files() gives another list or order the second time; sort by name.');
    if (files.length === 0) problem('files() gives no file; list every file in the image folders, DICOM or not.');
    const paths = files.map(({ path }) => path);
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice !== undefined) problem(`files() gives ${shown(twice)} twice.`);
    for (const file of files) fileIsValid(file, problem);
  });
  await findings.check('read', async (problem) => {
    const readable = files.filter(({ problem }) => problem === undefined);
    for (const { path, bytes } of [readable[0], readable.at(-1)].filter((file) => file !== undefined)) {
      const [whole, start] = [await open.read(path), await open.read(path, 100)];
      if (whole.length !== bytes) problem(`${path} has ${whole.length} bytes, and files() says ${bytes}.`);
      if (!start.equals(whole.subarray(0, 100)))
        problem(`read(path, 100) of ${path} gives other bytes than the first 100.`);
      const part = await open.readRange?.(path, 7, 100);
      if (part !== undefined && !part.equals(whole.subarray(7, 107)))
        problem(`readRange(path, 7, 100) of ${path} gives other bytes than read(path) has there.`);
    }
  });
  await findings.check('records', async (problem) => {
    const pictures = contract.gives === 'pictures';
    if (pictures !== (open.records !== undefined)) {
      problem(
        `its contract gives ${contract.gives ?? 'dicom'}, and the open source has ${open.records === undefined ? 'no' : 'a'} records(): who gives pictures lists them, and nobody else does.`,
      );
    }
    const names = Object.keys(contract.pictures ?? {});
    if (pictures && names.length === 0) problem('its contract names no pictures; channels choose among them.');
    const paths = new Set(files.map(({ path }) => path));
    const seen = new Set<string>();
    let there = 0;
    for await (const record of open.records?.() ?? []) {
      if ('problem' in record) continue;
      if (record.slice === '' || seen.has(record.slice))
        problem(`records() gives the slice ${shown(record.slice)} twice, or without a name.`);
      seen.add(record.slice);
      for (const [name, path] of Object.entries(record.pictures)) {
        if (!names.includes(name))
          problem(`a record has the picture ${shown(name)}, which the contract does not name.`);
        if (paths.has(path)) there++;
      }
    }
    if (pictures && there === 0)
      problem('no record names a file that files() gives; paths are relative to the root, with /.');
  });
  await findings.check('labels', async (problem) => {
    if (contract.labels !== (open.labels !== null)) {
      problem(
        `its contract says labels: ${contract.labels}, and the open source has ${open.labels === null ? 'none' : 'some'}; correct the one or the other.`,
      );
    }
    for await (const row of open.labels?.rows() ?? []) {
      if ('problem' in row) continue;
      if (!(contract.labelNames ?? LABELS).includes(row.label))
        problem(
          `a row names the label ${shown(row.label)}; its labels are ${(contract.labelNames ?? LABELS).join(', ')}.`,
        );
      if (row.value !== 0 && row.value !== 1) problem(`a row has the value ${shown(row.value)}; a label is 0 or 1.`);
      if (typeof row.slice !== 'string' || row.slice === '') problem(`a row names the slice ${shown(row.slice)}.`);
      if (!(Number.isInteger(row.line) && row.line >= 1))
        problem(`a row has the line ${shown(row.line)}; lines count from 1.`);
    }
  });
}

function fileIsValid({ path, set, bytes }: SourceFile, problem: Report): void {
  if (typeof path !== 'string' || isAbsolute(path) || path.includes('\\') || path.split('/').includes('..'))
    problem(`files() gives the path ${shown(path)}; paths are relative to the root, with /.`);
  if (set !== 'train' && set !== 'test') problem(`${path} is of the set ${shown(set)}; say 'train' or 'test'.`);
  if (!(Number.isInteger(bytes) && bytes >= 0)) problem(`${path} has ${shown(bytes)} bytes; say its size.`);
}

/** Of every file of a folder, by name. */
async function hashes(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const path of paths.sort()) {
    hash.update(JSON.stringify(path.slice(folder.length)));
    hash.update(await readFile(path));
  }
  return hash.digest('hex');
}
