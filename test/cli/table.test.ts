import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { tableWorkspace } from './table-workspace.ts';

const { folder, run, made, read, ledgerOf, said } = tableWorkspace();
const keyOf = async (store: string, name: string, stage: string) =>
  JSON.parse(await readFile(join(folder, store, 'runs', name, 'run.json'), 'utf8')).artifacts[stage].key as string;

describe('a table of a recipe, a changed one, a sweep and a predictor without pictures', () => {
  let out: string;
  beforeAll(async () => {
    const whole = await run('tiny-table.yaml', 'whole');
    expect(whole, whole.err).toMatchObject({ status: 0 });
    out = whole.out;
  }, 300_000);

  it('shows each row over all seeds, with the stamp in title and table, and counts where a figure has too few', async () => {
    expect(out).toContain('SYNTHETIC · A small table: what context adds');
    const markdown = await read('whole', 'tiny-table', 'table.md');
    expect(markdown).toMatch(/^# SYNTHETIC · A small table/);
    const { rows } = await said('whole', 'tiny-table');
    expect(rows.map(({ name }) => name)).toEqual([
      'tiny',
      'context',
      'tiny-cells.cells-4',
      'tiny-cells.cells-6',
      'constant',
    ]);
    const [tiny] = rows;
    const values = tiny!.seeds.map(({ figures }) => figures!.find(({ name }) => name === 'mean-log-loss')!.value);
    const [a, b] = values as [number, number];
    // Mean and sample deviation of two values, by hand.
    expect(tiny!.cells['mean-log-loss']).toMatchObject({ mean: (a + b) / 2 });
    expect(tiny!.cells['mean-log-loss']!.deviation).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    for (const [i, value] of values.entries()) expect(markdown).toContain(`seed ${i}: ${value.toFixed(4)}`);
    expect(markdown).toContain('too few for a figure: ');
    expect(markdown).toContain('small-cnn, width 0.25, blocks 2, from scratch');
    expect(markdown).toMatch(/chosen by the split that is reported here/);
  });

  it('trains the backbone that rows share once for each seed', async () => {
    const { rows } = await said('whole', 'tiny-table');
    const keys = await Promise.all(
      rows.slice(0, 4).flatMap(({ seeds }) => seeds.map(({ run: name }) => keyOf('whole', name, 'backbone'))),
    );
    expect(new Set(keys).size).toBe(2);
  });

  it('takes the figures of the constant predictor from the evaluation of its row', async () => {
    const { rows } = await said('whole', 'tiny-table');
    const metrics = JSON.parse(
      await readFile(join(folder, 'whole', 'runs', rows[0]!.seeds[0]!.run, 'metrics.json'), 'utf8'),
    );
    const side = metrics.models[0].sides.find((one: { side: string }) => one.side === 'validation');
    const constant = side.baselines.constant.find((one: { name: string }) => one.name === 'mean-log-loss');
    expect(rows.at(-1)!.seeds[0]!.figures!.find(({ name }) => name === 'mean-log-loss')!.value).toBe(constant.value);
    expect(rows.at(-1)!.ran).toBeNull();
  });

  it('gives a line a row and seed, and the means', async () => {
    const lines = (await read('whole', 'tiny-table', 'table.csv')).trim().split('\n');
    expect(lines.length).toBe(1 + 5 * (2 + 2));
    expect(lines[1]).toMatch(/^tiny,0,,done,[0-9a-f]{64},full,/);
    expect(lines[3]).toMatch(/^tiny,mean,/);
  });

  it('has a page whose cells lead to reports that are there, and which loads nothing', async () => {
    const page = await read('whole', 'tiny-table', 'table.html');
    expect(page).toContain('SYNTHETIC · A small table: what context adds · ichor table');
    const links = [...page.matchAll(/href="(\.\.\/[^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThanOrEqual(8);
    for (const link of links) expect(existsSync(join(folder, 'whole', 'tables', 'tiny-table', link)), link).toBe(true);
    expect(page).not.toMatch(/<script|src="http|reproduced/);
    expect(page).toContain('id="sweep-tiny-cells"');
    // What was spent on each row stands beside its figures.
    expect(page).toMatch(/id="budgets"[\s\S]*backbone: updates × labels/);
    expect(await read('whole', 'tiny-table', 'table.md')).toMatch(
      /## Budgets\n\n\| row \|.*\n.*\n\| tiny \| \d+ × [\d.]+ \|/,
    );
  });

  it('is recalled without a run of its own, and a table on the same rows too', async () => {
    const runs = await readdir(join(folder, 'whole', 'runs'));
    const again = await run('tiny-table.yaml', 'whole');
    expect(again).toMatchObject({ status: 0 });
    expect(again.err.match(/done before/g)).toHaveLength(8);
    const other = await run('tiny-claims.yaml', 'whole');
    expect(other, other.err).toMatchObject({ status: 0 });
    expect(other.err).toMatch(/1 of 4 {2}tiny, seed 0\n(.*done before\n)+( {2}Left out.*\n( {4}.*\n)*)?2 of 4/);
    const more = (await readdir(join(folder, 'whole', 'runs'))).filter((name) => !runs.includes(name));
    expect(more).toEqual(['tiny-seq-3', 'tiny-seq-4']);
  }, 300_000);
});

describe('a row that fails', () => {
  it('says why and does not stop the others; its claims are not decided: exit 1', async () => {
    const text = (await readFile(join(folder, 'tiny-claims.yaml'), 'utf8'))
      .replace('name: tiny-claims', 'name: failing')
      .replace(
        '{ name: context, recipe: tiny-seq.yaml }',
        '{ name: context, recipe: tiny-seq.yaml, set: { data.minBrainFraction: 0.95 } }',
      );
    await writeFile(join(folder, 'failing.yaml'), text);
    const { status, err, out } = await run('failing.yaml', 'whole');
    expect(status, err).toBe(1);
    expect(err).toMatch(
      /failed {2}context\.seed-0 \(failing\.yaml:8\): The backbone cannot be trained: no labelled slice/,
    );
    expect(err).toMatch(/failed {2}context\.seed-1 \(failing\.yaml:8\): /);
    expect((await ledgerOf('whole', 'failing')).points.map(({ at }) => at)).toEqual([
      ...['failing.yaml:7', 'failing.yaml:7', 'failing.yaml:8', 'failing.yaml:8'],
    ]);
    expect(out).toMatch(
      /context helps: undecided \(row context, seed 0, failed: The backbone cannot.*\(only reported: no outcome is expected\)\n/,
    );
    expect(out).toMatch(
      /the network is better than the prevalence: undecided \(2 of 5 seeds\) \(expected: fails, and it differs\)/,
    );
    const markdown = await read('whole', 'failing', 'table.md');
    expect(markdown).toMatch(/\*\*context\*\*, seed 0, failed \(failing\.yaml:8\): The backbone cannot be trained/);
    expect(markdown).toContain('sets data.minBrainFraction 0.95');
    const page = await read('whole', 'failing', 'table.html');
    expect(page).toContain('row context, seed 0, failed: The backbone cannot');
    expect(page).toContain('failing.yaml:8: The backbone cannot');
    expect(page).toContain('Table failing, no profile: ');
    // The values of seeds stand on the page, and not in the terminal's table.
    expect(markdown).toContain('and below it the value of each of them');
    expect(out).toContain('the page has the value of each of them');
    expect(out).not.toContain('below it');
    // The line is that of the table as it stands now, also of what is not run again.
    await writeFile(join(folder, 'failing.yaml'), `# One line more.\n${text}`);
    expect((await run('failing.yaml', 'whole', '--row', 'tiny')).status).toBe(0);
    expect((await ledgerOf('whole', 'failing')).points.map(({ at }) => at)[2]).toBe('failing.yaml:9');
  }, 300_000);
});

describe('claims', () => {
  const CLAIMS = (expected: string, more = '') => `table: 1
name: claims
figures: [mean-log-loss]
seeds: [0, 1, 2, 3, 4]
profiles: { ci: { seeds: [0] } }
rows: [tiny.yaml]
claims:
  - { claim: higher, row: tiny, than: constant, figure: mean-log-loss, design: crossed, expect: { full: ${expected} }${more} }
  - { claim: alike, row: tiny, than: constant, figure: mean-log-loss, design: crossed, within: 5 }
`;

  it('are decided over patients and seeds; a gate that comes out otherwise ends with 3, and nothing else does', async () => {
    await writeFile(join(folder, 'claims.yaml'), CLAIMS('fails', ', gate: true'));
    const right = await run('claims.yaml', 'whole');
    expect(right, right.err).toMatchObject({ status: 0 });
    const { rows, claims } = await said('whole', 'claims');
    expect(claims.map(({ outcome }) => outcome)).toEqual(['fails', 'holds']);
    // The gain is the constant predictor's loss less the network's, pair by pair, and its mean over the seeds.
    const markdown = await read('whole', 'claims', 'table.md');
    const losses = rows[0]!.seeds.map(({ figures }) => figures!.find(({ name }) => name === 'mean-log-loss')!.value);
    const constant = losses[0]! + claims[0]!.pairs[0]!.gain;
    for (const [i, { gain }] of claims[0]!.pairs.entries()) expect(gain).toBeCloseTo(constant - losses[i]!, 12);
    const mean = claims[0]!.pairs.reduce((sum, { gain }) => sum + gain, 0) / 5;
    expect(claims[0]!.gain!.mean).toBeCloseTo(mean, 12);
    expect(claims[0]!.gain!.high).toBeLessThan(0);
    // The row says in its cell that it beats nothing.
    expect(markdown).toMatch(/<small>no better than constant \(0\.\d{4}\)<\/small>/);
    expect(await read('whole', 'claims', 'forest.svg')).toMatch(/^<svg .*higher: -0\.\d{4} \[/);
    expect(await read('whole', 'claims', 'table.html')).toContain('<figure class="card"><div class="plot wide"><svg');

    await writeFile(join(folder, 'claims.yaml'), CLAIMS('holds', ', gate: true'));
    const wrong = await run('claims.yaml', 'whole', '--quiet');
    expect(wrong.status).toBe(3);
    expect(wrong.out).toBe('');
    expect(wrong.err).toMatch(
      /differs {2}higher: fails, expected holds\n {2}mean-log-loss \(lower is better\): tiny 0\.\d{4}, the constant predictor 0\.\d{4}; better by -0\.\d{4}, 95 % interval over patients and seeds \[-0\.\d{4}, -0\.\d{4}\], t with \d+\.\d degrees of freedom; .*seed 0: -.*seed 4: -.*; on 14 patients only; .*pictures: phantom, version \d+/,
    );
    expect(await read('whole', 'claims', 'table.md')).toContain(
      '| higher | **fails** | expected: holds, and it differs |',
    );

    await writeFile(join(folder, 'claims.yaml'), CLAIMS('holds'));
    const reported = await run('claims.yaml', 'whole');
    expect(reported.status, reported.err).toBe(0);
    expect(reported.out).toContain('higher: fails (expected: holds, and it differs)');
  }, 300_000);

  it('are not decided on one seed, which is said before anything runs, and reported without an expectation', async () => {
    const { status, out, err } = await run('claims.yaml', 'whole', '--profile', 'ci');
    expect(status, err).toBe(0);
    expect(err).toMatch(/claims\.yaml:8:\d+ {2}warning claim-seeds/);
    expect(out).toMatch(/higher: undecided \(1 of 5 seeds\) \(only reported: no outcome is expected\)/);
    expect(existsSync(made('whole', 'claims.ci', 'table.md'))).toBe(true);
  }, 300_000);
});

describe('--row', () => {
  const ROWS = `table: 1
name: three
figures: [mean-log-loss]
seeds: [0, 1]
rows:
  - { recipe: tiny.yaml, seeds: [0, 1, 2, 3, 4] }
  - { name: context, recipe: tiny-seq.yaml, seeds: [0, 1, 2, 3, 4] }
  - { name: bad, recipe: tiny.yaml, set: { data.split.validation: 0.999 } }
  - { name: constant, of: tiny, baseline: constant }
claims:
  - { claim: the network is worse, row: tiny, than: constant, figure: mean-log-loss, design: crossed, gate: true, expect: { full: EXPECTED } }
  - { claim: context helps, row: context, than: tiny, figure: mean-log-loss, design: crossed, expect: { full: holds } }
`;
  const points = async () => (await ledgerOf('whole', 'three')).points;

  it('decides exit code and hint, restarts what it names alone, and limits --plan', async () => {
    await writeFile(join(folder, 'three.yaml'), ROWS.replace('EXPECTED', 'fails'));
    // What it asks for runs and comes out as expected; the claim about a row that has not run is no difference.
    const tiny = await run('three.yaml', 'whole', '--row', 'tiny');
    expect(tiny, tiny.err).toMatchObject({ status: 0 });
    expect(tiny.out).toMatch(/context helps: undecided \(row context, seed 0, has not run\)/);
    const bad = await run('three.yaml', 'whole', '--row', 'bad');
    expect(bad.status).toBe(1);
    expect(bad.err).toMatch(/failed {2}bad\.seed-0/);
    expect(bad.err).toContain('The same command tries what failed again');
    expect((await points()).map(({ status }) => status)).toEqual([
      ...['done', 'done', 'done', 'done', 'done'],
      ...['not started', 'not started', 'not started', 'not started', 'not started'],
      ...['failed', 'failed'],
    ]);
    const before = await points();

    // A failed row that was not asked for stands in the table, and is no failure of this command.
    const again = await run('three.yaml', 'whole', '--row', 'tiny', '--restart');
    expect(again, again.err).toMatchObject({ status: 0 });
    expect(again.err).not.toMatch(/failed|seed \d {2}done before/);
    expect(again.out).toMatch(/^bad +failed$/m);
    // Its artifacts are recalled stage by stage.
    expect(again.err).toMatch(/1 of 5 {2}tiny, seed 0\n {2}source +done before\n/);
    expect((await points()).slice(5)).toEqual(before.slice(5));
    // Who asks for a predictor asks for the row that it is of.
    const other = await run('three.yaml', 'whole', '--row', 'constant', '--restart');
    expect(other.status, other.err).toBe(0);
    expect((await points()).slice(5)).toEqual(before.slice(5));

    // A claim that differs counts where one of its rows was asked for.
    await writeFile(join(folder, 'three.yaml'), ROWS.replace('EXPECTED', 'holds'));
    expect((await run('three.yaml', 'whole', '--row', 'tiny')).status).toBe(3);
    const context = await run('three.yaml', 'whole', '--row', 'context', '--plan');
    expect(context, context.err).toMatchObject({ status: 0 });
    expect(context.out).toMatch(/^context +5 /m);
    expect(context.out).not.toMatch(/^(tiny|bad) /m);
  }, 300_000);
});

describe('the command line', () => {
  it('--row runs one row and leaves the others; --restart forgets what is done', async () => {
    const text = await readFile(join(folder, 'tiny-claims.yaml'), 'utf8');
    await writeFile(join(folder, 'rows.yaml'), text.replace('name: tiny-claims', 'name: rows'));
    const one = await run('rows.yaml', 'whole', '--row', 'tiny');
    expect(one, one.err).toMatchObject({ status: 0 });
    expect((await ledgerOf('whole', 'rows')).points.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'not started',
      'not started',
    ]);
    expect(one.out).toMatch(/context helps: undecided \(row context, seed 0, has not run\)/);
    const unknown = await run('rows.yaml', 'whole', '--row', 'contxt');
    expect(unknown.status).toBe(2);
    expect(unknown.err).toContain('Did you mean context?');
    const again = await run('rows.yaml', 'whole', '--row', 'tiny', '--restart');
    expect(again.status).toBe(0);
    expect(again.err).not.toMatch(/seed 0 {2}done before/);
  }, 300_000);

  it('a changed row is run again, and the others stand', async () => {
    await writeFile(
      join(folder, 'changing.yaml'),
      'table: 1\nfigures: [mean-log-loss]\nrows: [tiny.yaml, { name: changed, recipe: tiny.yaml, set: { train.backbone.batch: 8 } }]\n',
    );
    expect(await run('changing.yaml', 'whole')).toMatchObject({ status: 0 });
    const text = await readFile(join(folder, 'changing.yaml'), 'utf8');
    await writeFile(join(folder, 'changing.yaml'), text.replace('batch: 8', 'batch: 12'));
    const { status, err } = await run('changing.yaml', 'whole');
    expect(status).toBe(0);
    expect(err).toMatch(/1 of 2 {2}tiny, seed 0 {2}done before\n2 of 2 {2}changed, seed 0\n/);
  }, 300_000);

  it('what is wrong is told all at once, at its places, before anything runs: exit 2', async () => {
    await writeFile(
      join(folder, 'wrong.yaml'),
      `table: 1
figures: [mean-log-los]
rows:
  - tinny.yaml
  - tiny.yaml
  - tiny.yaml
claims:
  - { claim: more, row: tiny, than: tinyy, figure: mean-log-loss, design: crossed }
`,
    );
    const { status, err } = await run('wrong.yaml', 'none');
    expect(status).toBe(2);
    const places = [...err.matchAll(/^(wrong\.yaml:\d+:\d+) {2}error (\S+)/gm)].map(
      ([, place, code]) => `${place} ${code}`,
    );
    expect(places).toEqual([
      'wrong.yaml:2:11 table-figure',
      'wrong.yaml:4:5 table-recipe',
      'wrong.yaml:6:5 table-row-twice',
      'wrong.yaml:8:37 table-row-unknown',
    ]);
    for (const hint of ['mean-log-loss', 'tiny.yaml', 'tiny']) expect(err).toContain(`Did you mean ${hint}?`);
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect((await run('tiny-table.yaml', 'none', '--profile', 'cii')).err).toContain('There is ci or smoke.');
    expect((await run('tiny-table.yaml', 'none', '--set', 'seed=3')).err).toContain('error table-seed');
    expect((await run('tiny.yaml', 'none')).err).toContain('error no-table');
    expect((await ichor(['run', 'tiny-table.yaml'], { cwd: folder })).err).toContain('error is-table');
    expect((await ichor(['check', 'tiny-table.yaml'], { cwd: folder })).out).toContain('a table of 5 rows, 8 runs');
  }, 60_000);

  it('--plan says what would run, what shared stages count for, and runs nothing', async () => {
    const { status, out, err } = await run('tiny-claims.yaml', 'planned', '--plan');
    expect(status, err).toBe(0);
    // Two seeds of nine stages with one source, index, shards and split; then what the sequence model adds to each.
    expect(out).toMatch(/^tiny-claims, no profile$/m);
    for (const words of [['--smoke'], ['--profile', 'smoke']])
      expect((await run('tiny-claims.yaml', 'planned', '--plan', ...words)).out).toMatch(
        /^tiny-claims, profile smoke$/m,
      );
    expect(out).toMatch(/^tiny +2 +14 of 18 /m);
    expect(out).toMatch(/^context +2 +8 of 22 /m);
    expect(out).toMatch(/^22 stages to run: /m);
    expect(existsSync(join(folder, 'planned'))).toBe(false);
    const cached = await run('tiny-claims.yaml', 'whole', '--plan');
    expect(cached.out).toContain('Nothing to do: every stage is cached.');
  }, 60_000);

  it('what stands in the place of its files is told before anything runs', async () => {
    await mkdir(made('taken', 'tiny-claims', 'table.csv'), { recursive: true });
    const { status, err } = await run('tiny-claims.yaml', 'taken');
    expect(status).toBe(2);
    expect(err).toMatch(/The table cannot be written: \S+table\.csv is a folder\./);
    expect(err).not.toMatch(/\n +at |tiny, seed 0/);
    expect(await readdir(join(folder, 'taken', 'runs'))).toEqual([]);
    await rm(join(folder, 'taken', 'tables'), { recursive: true });
    await writeFile(join(folder, 'taken', 'tables'), '');
    expect((await run('tiny-claims.yaml', 'taken')).err).toMatch(
      /The table cannot be written: \S+tables is no folder\./,
    );
  }, 60_000);

  it('--profile full: the message says what full is', async () => {
    const { status, err } = await run('tiny-table.yaml', 'none', '--profile', 'full');
    expect(status).toBe(2);
    expect(err).toContain('full is the table without a profile: its recipes as they stand.');
    expect(err).toContain('Leave --profile full out.');
    expect(err.match(/ error /g)).toHaveLength(1);
  });
});
