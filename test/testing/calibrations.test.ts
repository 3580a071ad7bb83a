import { describe, expect, it } from 'vitest';
import { type Calibration, defineCalibration, LABELS, Type } from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const calibration = (more: Partial<Calibration>) =>
  defineCalibration({
    name: 'acme/own',
    version: 1,
    summary: 'Halves every logit.',
    params: Type.Object({}),
    contract: () => ({ fits: 'together' }),
    fit: () => ({ parameters: { scale: [0.5] } }),
    calibrate: (logit, _label, { scale = [] }) => logit * (scale[0] ?? 1),
    scales: ({ scale = [] }) => LABELS.map(() => scale[0] ?? 1),
    ...more,
  } as Omit<Calibration, 'kind'>);

describe('a calibration', () => {
  it('that keeps its contract passes, on no engine; without scales that check is named as skipped', async () => {
    const { checked, skipped, engine } = await testComponent(calibration({}));
    expect(checked.slice(-4)).toEqual(['fit: changes nothing', 'determinism', 'calibrate: order and sign', 'scales']);
    expect(skipped).toEqual([]);
    expect(engine).toBeNull();
    const { scales: _, ...without } = calibration({ calibrate: (logit) => logit ** 3 });
    expect((await testComponent(without)).skipped).toEqual([expect.stringContaining('no form as ONNX')]);
  });

  it('keeps the sign and the order of each logit', async () => {
    await expectBroken(
      calibration({ calibrate: (logit) => logit + 1 }),
      'calibrate: order and sign',
      /sign has to stay/,
    );
    await expectBroken(
      calibration({ calibrate: (logit) => Math.sign(logit) }),
      'calibrate: order and sign',
      /higher logit has to stay/,
    );
    await expectBroken(
      calibration({ calibrate: (logit) => logit / 0 }),
      'calibrate: order and sign',
      /give a finite number/,
    );
  });

  it('gives parameters that are kept as JSON, the same each time, and changes nothing that it is given', async () => {
    const giving = (parameters: unknown, notes?: unknown) =>
      calibration({ fit: () => ({ parameters, ...(notes === undefined ? {} : { notes }) }) as never });
    await expectBroken(giving({ scale: 0.5 }), 'fit', /lists of finite numbers by name/);
    await expectBroken(giving({ scale: [Number.POSITIVE_INFINITY] }), 'fit', /lists of finite numbers by name/);
    await expectBroken(giving({ scale: [0.5] }, ['']), 'fit', /give sentences/);
    let calls = 0;
    await expectBroken(calibration({ fit: () => ({ parameters: { scale: [1 / ++calls] } }) }), 'determinism', /./);
    await expectBroken(
      calibration({
        fit: ({ logits }) => {
          logits[0]?.fill(0);
          return { parameters: { scale: [0.5] } };
        },
      }),
      'fit: changes nothing',
      /the next fold reads them too/,
    );
    await expectBroken(calibration({ contract: () => ({ fits: 'all' }) as never }), 'contract', /each-label, together/);
  });

  it('says as scales what it does', async () => {
    await expectBroken(calibration({ scales: () => LABELS.map(() => 0.6) }), 'scales', /leave scales away/);
    await expectBroken(calibration({ scales: () => [0.5] }), 'scales', /6 numbers above nought/);
  });
});
