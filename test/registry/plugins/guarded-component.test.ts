import { expect, test } from 'vitest';
import {
  type Component,
  defineAugmentation,
  defineMetric,
  defineWindow,
  IchorError,
  Type,
} from '../../../src/index.ts';
import { guardedComponent } from '../../../src/registry/plugins/guarded-component.ts';

const file = import.meta.filename;
const window = (scale: (hu: number) => number) =>
  defineWindow({
    name: 'acme/soft',
    version: 1,
    summary: 'A test.',
    params: Type.Object({}),
    contract: () => {
      throw new TypeError('as it is');
    },
    scale,
  }) as Component;
const caught = (work: () => unknown): IchorError => {
  try {
    work();
  } catch (error) {
    return error as IchorError;
  }
  throw new Error('nothing was thrown');
};

test('what a function of a plugin throws names the component, the function and the line of its file', () => {
  const component = guardedComponent(
    window(() => {
      throw new ReferenceError('levl is not defined');
    }),
    file,
    'abc',
  );
  const error = caught(() => component.kind === 'window' && component.scale(3, {}));
  expect(error).toBeInstanceOf(IchorError);
  expect(error).toMatchObject({
    code: 'component-failed',
    message: 'The window acme/soft failed in scale(): levl is not defined',
    exit: 1,
  });
  expect(error.hint).toMatch(/^Look at guarded-component\.test\.ts:\d+:\d+\./);
  expect(error.cause).toBeInstanceOf(ReferenceError);
  expect(component.code).toBe('abc');
});

test('an error for people passes as it is, and so does what the contract rules tell themselves', () => {
  const own = new IchorError('no-licence', 'No licence was found.', 'Buy one.');
  const component = guardedComponent(
    window(() => {
      throw own;
    }),
    file,
    null,
  );
  expect(caught(() => component.kind === 'window' && component.scale(3, {}))).toBe(own);
  expect(caught(() => component.kind === 'window' && component.contract({}))).toBeInstanceOf(TypeError);
  expect(component).not.toHaveProperty('code');
});

test('the functions of an augmentation of pixels, and promises, are guarded too; what works is unchanged', async () => {
  const augmentation = defineAugmentation({
    name: 'acme/noise',
    version: 1,
    summary: 'A test.',
    params: Type.Object({}),
    contract: () => ({ changes: 'pixels' }),
    pixels: {
      draw: () => [1, 2],
      apply: () => {
        throw new Error('no tensors');
      },
    },
  });
  const guarded = guardedComponent(augmentation as Component, file, null) as typeof augmentation;
  expect(guarded.pixels?.draw({ probability: 1 }, {} as never)).toEqual([1, 2]);
  expect(
    caught(() => guarded.pixels?.apply({} as never, {} as never, {} as never, {} as never, { probability: 1 }, []))
      .message,
  ).toBe('The augmentation acme/noise failed in pixels.apply(): no tensors');
  const late = guardedComponent(
    { ...window(() => 0), open: () => Promise.reject(new Error('no server')) } as unknown as Component,
    file,
    null,
  ) as unknown as { open(): Promise<never> };
  await expect(late.open()).rejects.toMatchObject({
    code: 'component-failed',
    message: expect.stringContaining('open(): no server'),
  });
});

test('what a metric prepares for its draws is guarded when it is called', () => {
  const metric = defineMetric({
    name: 'acme/share',
    version: 1,
    summary: 'A test.',
    params: Type.Object({}),
    contract: () => ({ needs: ['slices'] }),
    evaluate: () => [],
    resample: () => [
      () => {
        throw new RangeError('no such patient');
      },
    ],
  });
  const guarded = guardedComponent(metric as Component, file, null);
  const input = { slices: [], series: [], patient: { rule: 'count', slices: 3, threshold: 0.5, truth: [] } } as const;
  const error = caught(() => guarded.kind === 'metric' && guarded.resample?.(input, {})[0]?.(new Int32Array(0)));
  expect(error).toMatchObject({
    code: 'component-failed',
    message: 'The metric acme/share failed in resample(): no such patient',
  });
});
