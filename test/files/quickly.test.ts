import { expect, test } from 'vitest';
import { Quickly } from '../../src/files/quickly.ts';

/** A clock that a call moves by what it takes. */
function clocked() {
  const clock = { ms: 1000 };
  const quickly = new Quickly(() => clock.ms);
  const said: string[] = [];
  const call = (takesMs: number, fails: Error | null = null, mayWait?: (error: unknown) => boolean) =>
    quickly.call(
      () => {
        clock.ms += takesMs;
        said.push('here');
        if (fails !== null) throw fails;
        return 'here';
      },
      async () => {
        said.push('threads');
        return 'threads';
      },
      mayWait,
    );
  return { call, said };
}

test('calls that are answered at once are made here', async () => {
  const { call, said } = clocked();
  for (let i = 0; i < 5; i++) expect(await call(0.05)).toBe('here');
  expect(said).toEqual(['here', 'here', 'here', 'here', 'here']);
});

test('after one that took long threads make the next hundred, and then one is tried here again', async () => {
  const { call, said } = clocked();
  expect(await call(30)).toBe('here');
  for (let i = 0; i < 100; i++) expect(await call(0)).toBe('threads');
  expect(await call(0)).toBe('here');
  expect(said.filter((by) => by === 'here')).toHaveLength(2);
});

test('an error is thrown as it is, and one that passes is left to threads, which wait for it', async () => {
  const gone = new Error('gone');
  const { call, said } = clocked();
  await expect(call(0, gone)).rejects.toBe(gone);
  await expect(call(0, gone, () => true)).resolves.toBe('threads');
  expect(said).toEqual(['here', 'here', 'threads']);
});

test('timers and signals have their turn however many calls there are', async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 0);
  const { call } = clocked();
  // 2 ms each by the clock of the test: after twenty of them it is somebody else's turn.
  for (let i = 0; i < 2000 && !fired; i++) await call(2);
  expect(fired).toBe(true);
});
