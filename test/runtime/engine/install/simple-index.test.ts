import { describe, expect, test } from 'vitest';
import {
  findOffer,
  offerInHtml,
  offerInJson,
  projectPage,
} from '../../../../src/runtime/engine/install/simple-index.ts';
import { serve } from './fakes.ts';

const FILE = 'tensorflow_cpu-2.17.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
const HASH = 'ab'.repeat(32);

test("a project's page lies below the index, its name normalised (PEP 503)", () => {
  expect(projectPage('https://i.example/root/simple', 'TensorFlow_CPU')).toBe(
    'https://i.example/root/simple/tensorflow-cpu/',
  );
  expect(projectPage('https://u:p@i.example/simple/', 'tensorflow-cpu')).toBe(
    'https://u:p@i.example/simple/tensorflow-cpu/',
  );
});

describe('JSON (PEP 691)', () => {
  const page = JSON.stringify({
    meta: { 'api-version': '1.0' },
    files: [
      { filename: 'other.whl', url: 'other.whl', hashes: {} },
      { filename: FILE, url: `../../files/${FILE}`, size: 3, hashes: { sha256: HASH.toUpperCase() } },
    ],
  });
  test('a relative address counts from the page and keeps its password', () => {
    expect(offerInJson(page, 'https://u:p@i.example/simple/tensorflow-cpu/', FILE)).toEqual({
      url: `https://u:p@i.example/files/${FILE}`,
      sha256: HASH,
    });
  });
  test('another file is not taken for it', () => {
    expect(offerInJson(page, 'https://i.example/simple/x/', 'tensorflow_cpu-2.17.1.whl')).toBeNull();
  });
  test('what is no page says so, without the password', () => {
    expect(() => offerInJson('<html>', 'https://u:p@i.example/', FILE)).toThrow(
      'the page https://i.example/ is no JSON although it says so',
    );
    expect(() => offerInJson('{}', 'https://i.example/', FILE)).toThrow('lists no files');
  });
});

describe('HTML (PEP 503)', () => {
  test('the hash stands in the fragment, entities are decoded, the base is honoured', () => {
    const page = `<!DOCTYPE html><html><head><base href="https://files.example/a/"></head><body>
      <a href="x.whl#sha256=${'0'.repeat(64)}">x</a>
      <a data-requires-python="&gt;=3.9"
         href='../b/${FILE}?a=1&amp;b=2#sha256=${HASH}'>${FILE}</a></body></html>`;
    expect(offerInHtml(page, 'https://u:p@i.example/simple/tensorflow-cpu/', FILE)).toEqual({
      url: `https://files.example/b/${FILE}?a=1&b=2`,
      sha256: HASH,
    });
  });
  test('without a hash there is none to compare', () => {
    expect(offerInHtml(`<a href="${FILE}">f</a>`, 'http://i.example/p/', FILE)).toEqual({
      url: `http://i.example/p/${FILE}`,
      sha256: null,
    });
    expect(offerInHtml('<a href="else.whl">f</a>', 'http://i.example/p/', FILE)).toBeNull();
  });
});

test('the answer is read by its type, after a redirect from its new place, with the password sent as authentication', async () => {
  const seen: string[] = [];
  const origin = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    if (request.url === '/simple/p/') {
      response.writeHead(301, { location: '/moved/p/' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="${FILE}#sha256=${HASH}">f</a>`);
  });
  const withPassword = origin.replace('http://', 'http://us%40er:pass@');
  const offer = await findOffer(`${withPassword}/simple/p/`, FILE);
  expect(offer).toEqual({ url: `${withPassword}/moved/p/${FILE}`, sha256: HASH });
  const basic = `Basic ${Buffer.from('us@er:pass').toString('base64')}`;
  expect(seen).toEqual([`/simple/p/ ${basic}`, `/moved/p/ ${basic}`]);
});

test('a refusal names the status and no password; an unreachable host is named', async () => {
  const origin = await serve((_request, response) => response.writeHead(403).end());
  await expect(findOffer(`${origin.replace('//', '//u:p@')}/p/`, FILE)).rejects.toThrow(
    `${origin}/p/ answered 403 Forbidden`,
  );
  await expect(findOffer('http://127.0.0.1:9/p/', FILE)).rejects.toThrow('127.0.0.1:9 cannot be reached');
});
