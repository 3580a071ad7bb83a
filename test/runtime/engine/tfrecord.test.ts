import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineOf } from '../../engine.ts';
import { nativeReadTfRecord } from '../../native-tfrecord.ts';

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/engine-tfrecord.json', import.meta.url), 'utf8')) as {
  records_hex: string[];
  file_hex: string;
};

describe.runIf(await engineOf('native'))("TensorFlow's record reader through the binding", () => {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-records-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const written = (bytes: Buffer): string => {
    const file = join(folder, `${Math.random()}.tfrecord`);
    writeFileSync(file, bytes);
    return file;
  };

  it('reads what TensorFlow wrote, again and again', async () => {
    const file = written(Buffer.from(fixture.file_hex, 'hex'));
    for (let i = 0; i < 3; i++) {
      expect((await nativeReadTfRecord(file))?.map((record) => record.toString('hex'))).toEqual(fixture.records_hex);
    }
  });

  it('reads an empty file as no records', async () => {
    expect(await nativeReadTfRecord(written(Buffer.alloc(0)))).toEqual([]);
  });

  it('refuses a record whose CRC is wrong', async () => {
    const bytes = Buffer.from(fixture.file_hex, 'hex');
    bytes[13] = (bytes[13] as number) ^ 1;
    await expect(nativeReadTfRecord(written(bytes))).rejects.toThrow(/corrupted record.*DATA_LOSS/s);
  });

  it('refuses a file that is cut off', async () => {
    const bytes = Buffer.from(fixture.file_hex, 'hex');
    await expect(nativeReadTfRecord(written(bytes.subarray(0, bytes.length - 3)))).rejects.toThrow(/truncated record/s);
  });
});
