import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach } from 'vitest';
import type { InstallEvent } from '../../../../src/runtime/engine/install/events.ts';
import type { InstallParts } from '../../../../src/runtime/engine/install/install.ts';
import type { EnginePin } from '../../../../src/runtime/engine/install/pin.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-install-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

/** A zip as Python's zipfile writes wheels (APPNOTE 4.3), but for the CRC, which is not read: SHA-256 is compared. */
export function zip(members: { name: string; data: Buffer; stored?: boolean }[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored } of members) {
    const packed = stored ? data : deflateRawSync(data);
    // Local headers may have an extra field that the central directory lacks.
    const extra = Buffer.from([0xfe, 0xca, 2, 0, 7, 7]);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), extra, packed]);
    local.writeUInt16LE(extra.length, 28);
    locals.push(local);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, central, end, Buffer.from(comment)]);
}

/** A wheel of the pinned one's form with two small libraries, and its pin. */
export function fakeWheel(): { wheel: Buffer; pin: EnginePin; cc: Buffer; framework: Buffer } {
  const cc = Buffer.from('the C API '.repeat(20_000));
  const framework = Buffer.from('the framework '.repeat(5_000));
  const wheel = zip([
    { name: 'tensorflow/__init__.py', data: Buffer.from('raise ImportError\n') },
    { name: 'tensorflow/libtensorflow_framework.so.2', data: framework },
    { name: 'tensorflow/libtensorflow_cc.so.2', data: cc, stored: true },
  ]);
  const name = 'tensorflow_cpu-2.17.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
  const library = (file: string, data: Buffer) => ({
    member: `tensorflow/${file}`,
    name: file,
    bytes: data.length,
    sha256: sha256(data),
  });
  const pin = {
    project: 'tensorflow-cpu',
    // Not the real one: an installed engine of this version is compared with the pin in the source too.
    version: '0.0.1',
    wheel: { name, bytes: wheel.length, sha256: sha256(wheel) },
    members: [library('libtensorflow_cc.so.2', cc), library('libtensorflow_framework.so.2', framework)],
  };
  return { wheel, pin, cc, framework };
}

/** An HTTP server on this machine; closed after the test. Returns its origin. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  undo.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Parts of the installation without this machine: its environment, its pip, its libraries. */
export function parts(cache: string, pin: EnginePin, env: NodeJS.ProcessEnv): Partial<InstallParts> {
  return {
    cache,
    pin,
    env: { HOME: cache, XDG_CONFIG_DIRS: cache, PATH: '', PIP_CONFIG_FILE: '/dev/null', ...env },
    wheelRefusal: () => null,
    tryLibraries: async () => ({ version: pin.version }),
  };
}

export function recorder(): { events: InstallEvent[]; emit: (event: InstallEvent) => void } {
  const events: InstallEvent[] = [];
  return { events, emit: (event) => events.push(event) };
}
