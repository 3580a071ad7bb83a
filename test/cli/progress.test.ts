import { describe, expect, it } from 'vitest';
import { Pace, progressReporter } from '../../src/cli/progress.ts';
import type { EpochEvent } from '../../src/runtime/events.ts';

const epoch = (changes: Partial<EpochEvent> = {}): EpochEvent => ({
  type: 'epoch',
  stage: 'backbone',
  epoch: 3,
  epochs: 8,
  updates: 104,
  steps: 13,
  loss: 0.42104,
  validation: { loss: 140249.1, 'mean-log-loss': 0.0756 },
  learningRate: 5e-4,
  speed: { seconds: 2, slicesPerSecond: 112.4, itemsPerSecond: 112.4, unit: 'slices', engineShare: 0.97 },
  ...changes,
});

function written(terminal: boolean) {
  const texts: string[] = [];
  const stream = { isTTY: terminal, columns: 120, write: (text: string) => texts.push(text) };
  const report = progressReporter({ stream: stream as unknown as NodeJS.WriteStream });
  return { report, texts };
}

describe('epochs', () => {
  it('are one line each where nobody watches', () => {
    const { report, texts } = written(false);
    report(epoch());
    report(epoch({ validation: null, metric: { name: 'auc', value: null } }));
    expect(texts).toEqual([
      '  backbone             epoch 3/8  loss 0.4210  validation 140249 (mean-log-loss 0.0756)  learning rate 0.0005  112 slices/s  engine 97 %\n',
      '  backbone             epoch 3/8  loss 0.4210  auc not defined  learning rate 0.0005  112 slices/s  engine 97 %\n',
    ]);
  });

  it('scroll above the bar on a terminal, which stays', () => {
    const { report, texts } = written(true);
    report({ type: 'progress', stage: 'backbone', done: 10, total: 100, unit: 'slices' });
    report(epoch());
    report({ type: 'progress', stage: 'backbone', done: 20, total: 100, unit: 'slices' });
    const [bar, cleared, line, again] = texts;
    expect(bar).toMatch(/10 of 100 slices$/);
    expect([cleared, line]).toEqual(['\r\u001b[2K', expect.stringMatching(/^ {2}backbone +epoch 3\/8 .*\n$/)]);
    expect(again).toMatch(/20 of 100 slices$/);
  });

  it('that an earlier attempt trained are not told as new ones', () => {
    const { report, texts } = written(false);
    report(epoch({ speed: null }));
    expect(texts).toEqual([]);
  });
});

it('a warning comes with what to do', () => {
  const { report, texts } = written(false);
  report({ type: 'note', level: 'warning', code: 'x', message: 'It is so.', hint: 'Do this.' });
  expect(texts).toEqual(['  warning It is so.\n', '    hint: Do this.\n']);
});

describe('the pace of a stage', () => {
  it('is not said until steps were measured, and leaves out the first one', () => {
    const pace = new Pace();
    pace.add(0, 0);
    // Starting the engine takes a minute, each further step of 10 a second.
    const said = [60, 61, 62, 63, 64].map((seconds, step) => {
      pace.add(10 * (step + 1), seconds * 1000);
      return pace.perSecond();
    });
    expect(said).toEqual([null, null, null, 10, 10]);
  });

  it('counts from where an interrupted attempt goes on, and begins anew where another thing is counted', () => {
    const pace = new Pace();
    for (let step = 0; step <= 4; step++) pace.add(500 + 5 * step, 1000 * step);
    expect(pace.perSecond()).toBe(5);
    // The same again is no step.
    pace.add(520, 90_000);
    expect(pace.perSecond()).toBe(5);
    pace.add(0, 91_000);
    expect(pace.perSecond()).toBeNull();
  });
});
