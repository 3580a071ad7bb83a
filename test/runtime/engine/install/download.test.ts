import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { download } from '../../../../src/runtime/engine/install/download.ts';
import { serve, sha256, temporaryFolder } from './fakes.ts';

const DATA = Buffer.alloc(300_000, 'abcdefg');
const PIN = { name: 'file', bytes: DATA.length, sha256: sha256(DATA) };

async function target() {
  return join(await temporaryFolder(), 'file');
}

test('the file arrives whole, and every byte is told', async () => {
  const origin = await serve((_request, response) => response.end(DATA));
  const path = await target();
  const told: number[] = [];
  await download(`${origin}/file`, path, PIN, (done) => told.push(done));
  expect(sha256(await readFile(path))).toBe(PIN.sha256);
  expect(told.at(-1)).toBe(DATA.length);
});

test('a download that breaks off goes on from where it was', async () => {
  const ranges: (string | undefined)[] = [];
  const origin = await serve((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (ranges.length === 1) {
      response.writeHead(200, { 'content-length': DATA.length });
      response.write(DATA.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      return;
    }
    response.writeHead(206, { 'content-range': `bytes ${from}-${DATA.length - 1}/${DATA.length}` });
    response.end(DATA.subarray(from));
  });
  const path = await target();
  // What was on its way when the connection broke is lost: it goes on from what was told.
  let before = 0;
  await download(`${origin}/file`, path, PIN, (done) => {
    if (ranges.length === 1) before = done;
  });
  expect(sha256(await readFile(path))).toBe(PIN.sha256);
  expect(before).toBeGreaterThan(0);
  expect(ranges).toEqual([undefined, `bytes=${before}-`]);
});

test('where the server takes no ranges, it begins again and the hash is right all the same', async () => {
  let calls = 0;
  const origin = await serve((_request, response) => {
    calls += 1;
    response.writeHead(200, { 'content-length': DATA.length });
    if (calls === 1) response.write(DATA.subarray(0, 5_000), () => setTimeout(() => response.destroy(), 50));
    else response.end(DATA);
  });
  const path = await target();
  await download(`${origin}/file`, path, PIN, () => {});
  expect(sha256(await readFile(path))).toBe(PIN.sha256);
});

test('one that breaks off again and again is given up, with what came of it', async () => {
  let calls = 0;
  const origin = await serve((_request, response) => {
    calls += 1;
    response.writeHead(200, { 'content-length': DATA.length });
    response.write(DATA.subarray(0, 5_000), () => setTimeout(() => response.destroy(), 20));
  });
  await expect(download(`${origin}/file`, await target(), PIN, () => {})).rejects.toThrow(
    `broke off after 5000 of ${DATA.length} bytes`,
  );
  expect(calls).toBe(3);
});

test('a server that falls silent does not hold it up for ever', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': DATA.length });
    response.write(DATA.subarray(0, 1000));
  });
  const started = Date.now();
  await expect(download(`${origin}/file`, await target(), PIN, () => {}, undefined, 100)).rejects.toThrow(
    'sent nothing for 0.1 s',
  );
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('another file of the same size, or a larger one, is refused', async () => {
  const other = Buffer.alloc(DATA.length, 'x');
  const origin = await serve((request, response) => {
    response.end(request.url === '/larger' ? Buffer.concat([DATA, DATA]) : other);
  });
  await expect(download(`${origin}/other`, await target(), PIN, () => {})).rejects.toThrow(
    `its SHA-256 is ${sha256(other)}, not the pinned ${PIN.sha256}`,
  );
  await expect(download(`${origin}/larger`, await target(), PIN, () => {})).rejects.toThrow('larger than 300000 bytes');
});

test('an abort ends it at once, with its own reason', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(200);
    response.write('a');
  });
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('interrupted')), 50);
  await expect(download(`${origin}/file`, await target(), PIN, () => {}, abort.signal)).rejects.toThrow('interrupted');
});
