import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEngine, verifyEngine } from '../../../../src/runtime/engine/install/find.ts';
import { installEngine } from '../../../../src/runtime/engine/install/install.ts';
import { fromTfjsNode } from '../../../../src/runtime/engine/install/way-tfjs-node.ts';
import { fakeWheel, parts, recorder, serve, temporaryFolder } from './fakes.ts';

const { pin } = fakeWheel();
const ways = [{ way: 'tfjs-node' as const, fetch: fromTfjsNode }];
const onLinux = process.platform === 'linux' && process.arch === 'x64';

/** The archive as tfjs-node's installer fetches it: versioned files and links to them. */
async function archive(): Promise<Buffer> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'lib'));
  for (const name of ['libtensorflow', 'libtensorflow_framework']) {
    await writeFile(join(folder, 'lib', `${name}.so.2.9.1`), `${name} by tfjs-node`);
    await symlink(`${name}.so.2.9.1`, join(folder, 'lib', `${name}.so.2`));
    await symlink(`${name}.so.2`, join(folder, 'lib', `${name}.so`));
  }
  execFileSync('tar', ['czf', 'a.tgz', 'lib'], { cwd: folder });
  return readFile(join(folder, 'a.tgz'));
}

test.skipIf(!onLinux)(
  "tfjs-node's own installer brings its libraries; that it cannot build its addon does not matter",
  async () => {
    const cache = await temporaryFolder();
    const body = await archive();
    const asked: string[] = [];
    const origin = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
    const { events, emit } = recorder();
    const env = { TFJS_NODE_BASE_URI: `${origin}/libtensorflow-` };
    const result = await installEngine(
      { emit },
      { ...parts(cache, pin, env), ways, tryLibraries: async () => ({ version: '2.9.1' }) },
    );
    expect(result).toMatchObject({
      status: 'installed',
      engine: {
        way: 'tfjs-node',
        cc: 'libtensorflow.so.2',
        framework: 'libtensorflow_framework.so.2',
        version: '2.9.1',
      },
    });
    expect(asked).toEqual(['/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz']);
    expect(events[0]).toMatchObject({ type: 'start', downloadBytes: null });
    const engine = await findEngine(cache);
    await verifyEngine(engine!);
    expect(await readFile(join(engine!.folder, engine!.cc), 'utf8')).toBe('libtensorflow by tfjs-node');
  },
);

test.skipIf(!onLinux)('an installer that cannot download says why', async () => {
  const env = { TFJS_NODE_BASE_URI: 'http://127.0.0.1:9/libtensorflow-' };
  const result = await installEngine({ emit: () => {} }, { ...parts(await temporaryFolder(), pin, env), ways });
  expect(result.status === 'failed' && result.reasons[0]?.reason).toMatch(/brought no library: .*ECONNREFUSED/);
});
