import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HistoryFile } from '../../../src/runtime/runs/history-file.ts';

it('holds a row per epoch and network, each once, and leaves out what was not measured', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-history-'));
  const file = new HistoryFile(folder);
  const speed = { seconds: 2.5, slicesPerSecond: 123.456, itemsPerSecond: 12.3, unit: 'series', engineShare: 0.97 };
  const validation = { loss: 1.5, 'mean-log-loss': 0.25 };
  const first = { epoch: 1, steps: 6, loss: 3, learningRate: 5e-4, validation };
  file.add('backbone', first);
  file.add('backbone', { ...first, epoch: 2, metric: { name: 'auc', value: 0.75 } }, speed);
  // The stage has ended: its artifact says all epochs once more.
  for (const epoch of [1, 2]) file.add('backbone', { ...first, epoch });
  file.add('sequence', { epoch: 1, steps: 2, loss: 1, validation: null }, speed);
  expect((await readFile(join(folder, 'history.csv'), 'utf8')).split('\n')).toEqual([
    'stage,epoch,steps,train_loss,validation_loss,validation_mean_log_loss,metric,metric_value,learning_rate,slices_per_second,seconds',
    'backbone,1,6,3,1.5,0.25,,,0.0005,,',
    'backbone,2,6,3,1.5,0.25,auc,0.75,0.0005,123.5,2.5',
    'sequence,1,2,1,,,,,,123.5,2.5',
    '',
  ]);
});
