import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TrackRecord } from '../../../../src/index.ts';
import { Journal } from '../../../../src/runtime/runs/track/journal.ts';
import { temporaryStore } from './run.ts';

const head = { type: 'journal', format: 1, keys: { backbone: 'k' } } as const;
const figures = (value: number): TrackRecord => ({
  type: 'figures',
  time: 1,
  model: 'backbone',
  side: 'validation',
  values: { loss: value },
});

it('holds what was added, with files from the run’s own folder', async () => {
  const run = join(await temporaryStore(), 'run-1');
  const journal = await Journal.create(run, head, [figures(1)]);
  const file: TrackRecord = {
    type: 'artifact',
    time: 2,
    path: join(run, 'report.html'),
    name: 'report.html',
    holds: 'page',
    identifies: false,
  };
  journal.add(file);
  expect(await readFile(join(run, 'tracking', 'journal.jsonl'), 'utf8')).toContain('"path":"report.html"');
  expect((await Journal.read(run))?.records).toEqual([figures(1), file]);
  await rename(run, `${run}-moved`);
  expect((await Journal.read(`${run}-moved`))?.records[1]).toMatchObject({ path: join(`${run}-moved`, 'report.html') });
  expect(await Journal.read(run)).toBeNull();
});

it('is as good as without a last line that was cut off, and goes on from there', async () => {
  const run = join(await temporaryStore(), 'run-1');
  (await Journal.create(run, head)).add(figures(1));
  await appendFile(join(run, 'tracking', 'journal.jsonl'), '{"type":"figures","time":3,"mo');
  const journal = await Journal.read(run);
  expect(journal?.records).toEqual([figures(1)]);
  journal?.add(figures(2));
  expect((await Journal.read(run))?.records).toEqual([figures(1), figures(2)]);
});

it.each([
  ['no JSON', '{"type":"figures","time":3,"mo\n'],
  ['another form', '{"type":"figures","time":3}\n'],
  ['a record that nobody knows', '{"type":"smoke","time":3}\n'],
])('that is damaged inside (%s) says in which line', async (_, line) => {
  const run = join(await temporaryStore(), 'run-1');
  (await Journal.create(run, head)).add(figures(1));
  await appendFile(join(run, 'tracking', 'journal.jsonl'), `${line}{"type":"end","time":4,"state":"done"}\n`);
  await expect(Journal.read(run)).rejects.toMatchObject({
    code: 'track-journal-damaged',
    message: expect.stringMatching(/journal\.jsonl is damaged in line 3: /),
  });
  await writeFile(join(run, 'tracking', 'journal.jsonl'), '\0\0\0\n');
  await expect(Journal.read(run)).rejects.toMatchObject({ message: expect.stringContaining('in line 1') });
});

it('keeps what the disk did not take, and writes it with the next record', async () => {
  const run = join(await temporaryStore(), 'run-1');
  const journal = await Journal.create(run, head);
  await rename(join(run, 'tracking'), join(run, 'away'));
  expect(() => journal.add(figures(1))).toThrow('ENOENT');
  expect([journal.records.length, journal.waiting]).toEqual([0, 1]);
  await rename(join(run, 'away'), join(run, 'tracking'));
  // A part of the line, as a full disk leaves it.
  await appendFile(join(run, 'tracking', 'journal.jsonl'), '{"type":"fig');
  journal.add(figures(2));
  expect((await Journal.read(run))?.records).toEqual([figures(1), figures(2)]);
});
