import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderPage } from '../../../src/runtime/report/page.ts';
import { type RunData, readRun } from '../../../src/runtime/report/read-run.ts';
import { RESEARCH_NOTICE } from '../../../src/runtime/report/wording.ts';
import { reportStage } from '../../../src/runtime/stages/report.ts';
import { drawnShards, type FixtureOptions, writeRun } from './run-fixture.ts';

/** Captions of the matrix that holds the counts of one unit and truth: equal ones are drawn once. */
function captionsOf(unit: string, truth: string): string[] {
  const own = `truth: (${truth}|both agree)`;
  return unit === 'Patients'
    ? [`Patients( and series)?, ${own}[^<]*`]
    : [`Patients and series, ${own}`, `Series, ${own}`, `Patients, [^;<]*; series, ${own}`];
}

async function fixturePage(options: FixtureOptions, withPictures = true): Promise<{ text: string; data: RunData }> {
  const context = await writeRun(await mkdtemp(join(tmpdir(), 'ichor-report-')), options);
  const read = await readRun(context);
  const shards = drawnShards(
    context,
    read.index.map(({ slice }) => slice),
  );
  const data = withPictures ? { ...read, noPictures: null, shards } : read;
  return { text: await renderPage(data), data };
}

const odd = '<script>alert("1")</script>&\'';
let page = '';
let data: RunData;
beforeAll(async () => {
  ({ text: page, data } = await fixturePage({ train: 6, validation: 5, test: 2, synthetic: true, smoke: true, odd }));
});

describe('the report', () => {
  it('stands alone: no address but pictures in the page itself, no script', () => {
    const text = page.replace(/src="data:[^"]*"/g, '');
    expect(text.match(/https?:|\/\/[a-z]|url\((?!#)[^)]*|@import|<script|<iframe|<object|<[^>]*\son\w+=/gi)).toBeNull();
    for (const [, target] of page.matchAll(/(?:src|href)="([^"]*)"/g)) expect(target).toMatch(/^(data:|#)/);
    expect(page).toContain("default-src 'none'");
  });

  it('folds what is of the train side, the packages and the recipe; validation stands open and first', () => {
    const calls = page.slice(page.indexOf('id="calls"'), page.indexOf('id="data"'));
    expect(calls.indexOf('5 series on validation')).toBeGreaterThan(0);
    expect(calls.indexOf('5 series on validation')).toBeLessThan(calls.indexOf('<details>'));
    const folded = calls.slice(calls.indexOf('<details>'));
    expect(folded).toMatch(/<summary>Calls of the 6 series on the train side: \d differs? from the labels/);
    expect(calls.slice(0, calls.indexOf('<details>'))).not.toContain('train side');
    expect(page).toMatch(/<summary>Versions of 2 npm packages<\/summary><dl class="facts-list">.*koffi/);
    expect(page).toMatch(/<summary>The resolved recipe, \d+ lines<\/summary><pre/);
  });

  it('says how series and slices are chosen, and each value of a plot', () => {
    expect(page).toContain('Of validation are shown the series with the largest mean log loss');
    expect(page).toMatch(/Place \d+: [^<]*highest where nothing is labelled/);
    const { predictions, final } = data;
    const titles = [...page.matchAll(/<title>place (\d+): p\(any\) base (\d\.\d{3}), sequence (\d\.\d{3})/g)];
    expect(titles.length).toBeGreaterThan(50);
    const [, series = ''] = /aria-labelledby="s0-h">[\s\S]*?<span class="id">([^<]*)</.exec(page) ?? [];
    const own = predictions.get(final!)!.filter((slice) => slice.series === series);
    for (const [i, slice] of own.entries()) {
      expect(titles[i]?.[1]).toBe(String(slice.order));
      expect(titles[i]?.[3]).toBe(slice.probabilities[5]!.toFixed(3));
    }
    expect(page.match(/<summary>Every slice in numbers<\/summary>/g)?.length).toBe(page.match(/class="card"/g)?.length);
  });

  it('escapes what comes from data', () => {
    expect(page).not.toContain(odd);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  });

  it('has the research wording verbatim at its head, once', () => {
    expect(RESEARCH_NOTICE).toBe(
      'Research software. Not a medical device; not cleared or CE-marked; not for diagnosis, triage or any decision about a patient. Outputs are unvalidated scores of a statistical model and can be wrong in either direction; absence of a finding excludes nothing.',
    );
    expect(page.split(RESEARCH_NOTICE)).toHaveLength(2);
    expect(page.indexOf(RESEARCH_NOTICE)).toBeLessThan(page.indexOf('id="results"'));
  });

  it('never says that a model detects, diagnoses or is safe', () => {
    const words = page.replace(RESEARCH_NOTICE, '').replace(/<style>[\s\S]*?<\/style>/, '');
    expect(words).not.toMatch(/\b(detects?|diagnos\w+|safe|radiologist-level)\b/i);
  });

  it('says SYNTHETIC and SMOKE in title, tables and plots', () => {
    expect(page).toMatch(/<title>SYNTHETIC · SMOKE · /);
    for (const [, caption] of page.matchAll(/<caption><span>([^<]*)/g))
      expect(caption).toMatch(/^SYNTHETIC · SMOKE · /);
    const plots = page.match(/<svg [\s\S]*?<\/svg>/g) ?? [];
    expect(plots.length).toBeGreaterThan(8);
    for (const plot of plots) expect(plot).toMatch(/>SYNTHETIC · SMOKE<\/text>/);
    for (const [, alt] of page.matchAll(/<img [^>]*alt="([^"]*)"/g)) expect(alt).toMatch(/^SYNTHETIC · SMOKE · /);
  });

  it('is readable in light and dark: plots take the page’s colours', () => {
    expect(page).toContain('@media (prefers-color-scheme:dark)');
    const plots = (page.match(/<svg [\s\S]*?<\/svg>/g) ?? []).join('');
    expect(plots).toContain('stroke="var(--sequence)"');
    const own = plots.replace(/<clipPath[\s\S]*?<\/clipPath>/g, '').match(/"#[0-9a-f]{3,6}"/gi) ?? [];
    expect(own).toEqual([]);
  });

  it('puts counts in the place of F1 and AUC of a small set', () => {
    expect(page).toMatch(/TP\s\d · FP\s\d · FN\s\d · TN\s\d/);
    // In a cell and in a tile why, and the counts under it; the rule once under the tables.
    expect(page).toMatch(
      /<td class="n"><span class="withheld">withheld: 5 patients<\/span> <small class="range">TP \d/,
    );
    expect(page).toMatch(/<strong class="words withheld">withheld: 5 patients<\/strong><span>TP\u00a0\d/);
    expect(page).toMatch(/withheld: 5 patients<\/span> <small class="range">\d+ positive, \d+ negative<\/small>/);
    expect(page.split('Counts stand in the place of F1 and AUC (withheld): these take 20 patients')).toHaveLength(2);
  });

  it('accounts for every file, and shows no path of this machine', () => {
    const found = /Fates of ([\d,]+) files/.exec(page)?.[1];
    expect(page).toContain(`<b>${found}</b>`);
    expect(page).toContain('left out: not-dicom');
    expect(page).not.toContain('/somewhere/secret');
  });

  it('has unique ids, one main heading, and a text for each picture', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<h1/g)).toHaveLength(1);
    for (const [image] of page.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/alt="[^"]+"/);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('is the same to the byte again', async () => {
    const again = (await fixturePage({ train: 6, validation: 5, test: 2, synthetic: true, smoke: true, odd })).text;
    expect(again === page).toBe(true);
  });

  it('tells of calls without metrics where nothing has a label', async () => {
    const { text } = await fixturePage({ train: 0, validation: 0, test: 2, labels: false }, false);
    expect(text).toContain('calls without metrics');
    expect(text).not.toMatch(/constant predictor \d/);
    expect(text).toContain('no labels');
  });

  it('of a prediction begins with what was called, and says how its networks fared where they were trained', async () => {
    const facts = (loss: number) => ({
      marks: ['SYNTHETIC'] as const,
      steps: 104,
      batchNormMomentum: 0.99,
      validation: { slices: 147, 'mean-log-loss': loss, constant: 0.215 },
    });
    const { text } = await fixturePage(
      {
        train: 0,
        validation: 0,
        test: 3,
        labels: false,
        predictsWith: 'res-3',
        training: { backbone: facts(2.6001), sequence: facts(2.7) },
        predicted: ['SYNTHETIC', 'WORSE THAN CONSTANT', 'WORSE THAN BASE'],
      },
      false,
    );
    const leads = [...text.matchAll(/<p class="lead">(.*?)<\/p>/g)].map(([, lead]) => lead);
    expect(leads[0]).toMatch(
      /^\d of 3 series \(3 patients, \d+ slices\) (is|are) called positive for haemorrhage, which takes at least 3 neighbouring slices with p\(any\) &gt; 0\.5\. The files have no labels/,
    );
    expect(text).toContain('Calls of the final model, 3 series</span>');
    expect(text).not.toContain('truth, same-rule</th>');
    expect(leads[1]).toContain('Predicted with the networks of run <b>res-3</b>');
    expect(text).not.toContain('calls without metrics');
    expect(text).toMatch(/<h1><span class="mark">SYNTHETIC<\/span> <span class="mark">WORSE THAN CONSTANT<\/span>/);
    expect(text).toMatch(/<title>SYNTHETIC · made-up/);
    const head = text.slice(0, text.indexOf('id="results"'));
    expect(head.match(/Worse than the constant predictor: the (base network|sequence model)/g)).toHaveLength(2);
    expect(head).toContain('Worse than its own base network');
    expect(head).toContain('SYNTHETIC: the networks learned from generated pictures');
    expect(head).toContain('on 147 validation slices of run res-3; constant predictor 0.2150');
    // The curves have the line that they had on the page of their own run.
    expect(text.match(/constant predictor 0\.2150<\/span>/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('shows no picture of a private source unasked', async () => {
    const { data, text } = await fixturePage({ train: 2, validation: 2, test: 0, identities: 'private' }, false);
    expect(data.shards).toBeNull();
    expect(text).not.toContain('<img');
  });

  it('is written by the stage', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ichor-report-'));
    const context = await writeRun(folder, { train: 3, validation: 2, test: 1, sequence: false });
    expect(await reportStage.run(context)).toEqual({ stage: 'report', leftOut: [], notes: [] });
    const text = await readFile(join(folder, 'report.html'), 'utf8');
    expect(text).toContain('made-up');
    expect(text).not.toContain('Sequence model');
  });

  describe('of a set that is large enough', () => {
    let large = '';
    let data: RunData;
    beforeAll(async () => {
      ({ text: large, data } = await fixturePage({ train: 20, validation: 40, test: 1, intervals: true }, false));
    });

    it('draws three plots of each label that has enough slices, and counts stand for the others', () => {
      const side = data.metrics!.models.at(-1)!.sides.find((one) => one.side === 'validation')!;
      for (const [label, { positives }] of Object.entries(side.prevalence)) {
        const enough = positives >= 5;
        for (const plot of ['ROC curve', 'Precision-recall curve', 'Calibration in ten bins'])
          expect(large.includes(`${plot} of ${label} on validation, ${positives} positive`)).toBe(enough);
      }
      expect(large.match(/type="radio"/g)?.length).toBeGreaterThan(3);
    });

    it('says each interval where a figure is shown, and what it is', () => {
      const { sides } = data.metrics!.models.at(-1)!;
      const side = sides.find((one) => one.side === 'validation')!;
      const { low, high } = side.intervals!['mean-log-loss']!;
      const range = `${low!.toFixed(4)} to ${high!.toFixed(4)}`;
      expect(large).toContain(`95 % interval by patient: ${range}`);
      expect(large).toContain(`[${range}]`);
      expect(large).toContain('In brackets: 95 % interval by patient, from 100 draws of the patients with replacement');
    });

    it('has the counts of metrics.json in the confusion of patients and series, by both truths', () => {
      const final = data.metrics!.models.at(-1)!.sides.find((one) => one.side === 'validation')!;
      for (const [unit, title] of [
        ['patient', 'Patients'],
        ['series', 'Series'],
      ]) {
        for (const truth of ['same-rule', 'any-slice']) {
          const { counts } = final.figures.find(({ name }) => name === `${unit}-f1 (truth: ${truth})`)!;
          const at = large.search(new RegExp(`<span>(${captionsOf(title!, truth).join('|')})</span>`));
          expect(at).toBeGreaterThan(0);
          const cells = [...large.slice(at, at + 1500).matchAll(/<b>(\d+)<\/b> <small>([a-z ]+)</g)].slice(0, 4);
          expect(cells.map(([, count, name]) => [name, Number(count)])).toEqual([
            ['true positive', counts.tp],
            ['false negative', counts.fn],
            ['false positive', counts.fp],
            ['true negative', counts.tn],
          ]);
        }
      }
    });

    it('has a table of labels for each unit that has figures', () => {
      expect(large).toContain('validation, label by label, slice by slice');
      expect(large).toContain('validation, label by label, patient by patient');
    });
  });

  it('puts counts in the place of curves under 20 patients', () => {
    expect(page).not.toMatch(/ROC curve of \w+ on validation/);
    expect(page).toContain('It takes 20 patients, 5 positive and 5 negative slices to draw a curve');
  });

  it('lists the worst slices of a private source without a picture', async () => {
    const { text } = await fixturePage({ train: 2, validation: 3, test: 0, identities: 'private' }, false);
    expect(text).toContain('Slices with the largest loss');
    expect(text).not.toContain('<img');
  });
});
