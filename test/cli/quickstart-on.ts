import { mkdtempSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { read, rowsById, sourceFolder } from './run-files.ts';
import { tiny } from './tiny.ts';

/** What the quickstart's runs on an engine leave, recall and predict: tests. */
export function quickstartOn(engine: 'native' | 'wasm'): void {
  describe(`the quickstart in small, on ${engine}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ichor-run-'));
    const store = () => join(folder, engine);
    const run = (...more: string[]) =>
      ichor(['run', 'recipes/quickstart.yaml', ...tiny, '--engine', engine, '--store', store(), ...more]);

    it('goes through all stages and leaves predictions, metrics, a submission and a page', async () => {
      const { status, out, err } = await run();
      // The engine is named once, and says nothing of its own.
      expect(err.replace(/^ {2}engine +native, tensorflow \d+\.\d+\.\d+$/m, '')).not.toMatch(
        /tensorflow|oneDNN|deprecat|Hi, looks like/i,
      );
      expect(status, err).toBe(0);
      expect(out).toContain('mean-log-loss');
      expect(out).toContain('report.html');
      const page = await read(store(), 'report.html');
      expect(page).toMatch(/<title>[^<]*SYNTHETIC/);
      const predictions = (await read(store(), 'predictions.csv')).trim().split('\n');
      const slices = (await readdir(await sourceFolder(store(), 'stage_2_train'))).length;
      const test = (await readdir(await sourceFolder(store(), 'stage_2_test'))).length;
      expect(predictions.length - 1).toBe(slices + test);
      const submission = (await read(store(), 'submission.csv')).trim().split('\n');
      expect(submission[0]).toBe('ID,Label');
      expect(submission.length - 1).toBe(test * 6);
    }, 400_000);

    it('does no stage when the same command comes again, and says which run stands for it', async () => {
      const { status, err, out } = await run();
      expect(status).toBe(0);
      expect(err).not.toMatch(/ done in /);
      expect(err).toContain('done before');
      expect(out).toContain('quickstart-1');
      expect(await readdir(join(store(), 'runs'))).toEqual(['quickstart-1']);
    }, 60_000);

    it('predicts with no other recipe than it was trained by: one that was edited is refused, and written anew by a run', async () => {
      const file = join(store(), 'runs', 'quickstart-1', 'recipe.resolved.yaml');
      const text = await readFile(file, 'utf8');
      const edited = text.replace('level: 40', 'level: 400');
      expect(edited).not.toBe(text);
      await writeFile(file, edited);
      const test = await sourceFolder(store(), 'stage_2_test');
      const refused = await ichor(['predict', 'quickstart-1', test, '--engine', engine, '--store', store()]);
      expect(refused.status).toBe(2);
      expect(refused.err).toContain('error[run-recipe-edited]');
      const { status, err } = await run();
      expect(status).toBe(0);
      expect(err).toContain('was not what the run was made from');
      expect(await readFile(file, 'utf8')).toBe(text);
      expect(await readFile(`${file}.edited`, 'utf8')).toBe(edited);
    }, 60_000);

    it('computes only what depends on a changed value', async () => {
      const { status, err } = await run('--set', 'train.sequence.optimizer.learningRate=2e-3');
      expect(status, err).toBe(0);
      expect(err).toMatch(/backbone +done before/);
      expect(err).toMatch(/sequence +done in/);
    }, 120_000);

    it('starts from the backbone of another run, with its marks, under a key of its own', async () => {
      const more = ['--set', 'backbone.weights.run=quickstart-1', '--set', 'name=again', '--until', 'backbone'];
      const { status, err } = await run(...more);
      expect(status, err).toBe(0);
      expect(err).toContain('starts from the backbone of the run quickstart-1');
      const { artifacts } = JSON.parse(await read(store(), 'run.json', 'again-1')) as {
        artifacts: { backbone: { key: string } };
      };
      const made = join(store(), 'store', 'backbone', artifacts.backbone.key);
      const { training } = JSON.parse(await readFile(join(made, 'network.json'), 'utf8'));
      expect(training.marks).toContain('SYNTHETIC');
      expect(training.weights).toMatchObject({ names: 'ichor', partial: null, format: 'safetensors' });
      const { parts } = JSON.parse(await readFile(join(made, 'manifest.json'), 'utf8'));
      expect(parts.weights).toMatch(/^backbone:[0-9a-f]{64}$/);
      expect(JSON.stringify(parts.slice)).not.toContain('quickstart-1');
      // Epoch 1 goes on from where the other run ended: nearer to the end of that than its own first epoch was.
      const loss = async (run: string) =>
        Number((await read(store(), 'history.csv', run)).split('\n')[1]?.split(',')[3]);
      expect(await loss('again-1')).toBeLessThan(await loss('quickstart-1'));
    }, 120_000);

    it('predicts a folder of test slices as the run itself did, with heat maps where pictures are asked for too', async () => {
      const test = await sourceFolder(store(), 'stage_2_test');
      const command = ['predict', 'quickstart-1', test, '--show-ids', '--engine', engine, '--store', store()];
      const alone = await ichor([...command, '--heat-maps']);
      expect(alone.status).toBe(2);
      expect(alone.err).toContain('error[heat-maps-need-pictures]');
      const { status, err } = await ichor([...command, '--pictures', '--heat-maps']);
      expect(status, err).toBe(0);
      expect(err).toMatch(/heat-maps +done in/);
      const page = await read(store(), 'report.html', 'quickstart-predict-1');
      expect(page.match(/<div class="viewer"/g)?.length).toBe(1);
      expect(page).toMatch(/"maps":\[[^\]]*"data:image\/png/);
      const own = rowsById(await read(store(), 'predictions.csv'));
      const again = rowsById(await read(store(), 'predictions.csv', 'quickstart-predict-1'));
      expect(again.size).toBe((await readdir(test)).length);
      for (const [id, probabilities] of again) expect(own.get(id)).toEqual(probabilities);
    }, 120_000);

    it('predicts with private identities unless asked: no id and no path in any artifact or log', async () => {
      const test = await sourceFolder(store(), 'stage_2_test');
      const ids = (await readdir(test)).map((name) => name.replace('.dcm', ''));
      const { status, err, out } = await ichor([
        'predict',
        'quickstart-1',
        test,
        '--engine',
        engine,
        '--store',
        store(),
      ]);
      expect(status, err).toBe(0);
      const run = join(store(), 'runs', 'quickstart-predict-2');
      const { artifacts } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
      const folders = [run];
      for (const [id, { stage, key }] of Object.entries<{ stage: string; key: string }>(artifacts)) {
        if (id !== 'backbone' && id !== 'sequence') folders.push(join(store(), 'store', stage, key));
      }
      const texts: string[] = [out, err];
      for (const each of folders) {
        for (const name of await readdir(each)) texts.push(`${name}\n${await readFile(join(each, name), 'latin1')}`);
      }
      for (const text of texts) {
        for (const id of ids) expect(text.includes(id)).toBe(false);
        expect(text.includes(test)).toBe(false);
      }
    }, 120_000);
  });
}
