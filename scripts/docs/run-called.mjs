/**
 * What the command says in the examples of the runtime's catalogue: those that can be called are called, each in a folder of
 * its own, with the built command; the others are quoted.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../script.mjs';
import { built } from './built.mjs';
import { calledEnv } from './called-env.mjs';

const { RUN_CATALOGUE } = await built('src/runtime/catalogue/index.js');
const { explainSystemError } = await built('src/files/system-error.js');
const { loadEncoder } = await built('plugins/sources/phantom/dicom.js');

const ICHOR = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const AT_ONCE = 2;

/**
 * @typedef {{ entry: object, group: string, files: Record<string, string | Uint8Array>, shown: string }} Called
 * `shown`: the command lines and what they said.
 * @returns {Promise<Called[]>}
 */
export async function runCalled() {
  const all = RUN_CATALOGUE.flatMap(({ title, entries }) => entries.map((entry) => ({ entry, group: title })));
  const shown = [];
  const wrong = [];
  const worker = async () => {
    for (let at = shown.push(undefined) - 1; at < all.length; at = shown.push(undefined) - 1)
      shown[at] = { ...all[at], ...(await shownOf(all[at].entry).catch((error) => wrong.push(error.message) && {})) };
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (wrong.length > 0) throw new Error(wrong.join('\n\n'));
  return shown.filter((one) => one !== undefined);
}

async function shownOf(entry) {
  const { example } = entry;
  if ('commands' in example) return called(entry);
  const { message, hint } = 'system' in example ? asked(entry) : example;
  return { files: {}, shown: `$ ${example.command}\n${said(entry, message, hint)}` };
}

/** As `end.ts` and `progress.ts` print it. */
function said({ code, severity }, message, hint) {
  if (severity === 'note') return `  ${message}`;
  const [start, before] = severity === 'error' ? [`error[${code}]:`, '  '] : ['  warning', '    '];
  return `${start} ${message}${hint ? `\n${before}hint: ${hint}` : ''}`;
}

function asked({ code, example }) {
  const { system } = example;
  const error = explainSystemError(Object.assign(new Error(system.code), { ...system, errno: -1 }), 'stage shards');
  if (error.code !== code) throw new Error(`${system.code} gives ${error.code}, not ${code}`);
  return error;
}

async function called({ code, example: { commands, files = {}, slices = [] } }) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ichor-called-')));
  try {
    for (const [name, content] of Object.entries(files)) await write(folder, name, content);
    for (const [at, id] of slices.entries())
      await write(folder, `data/rsna/stage_2_train/${id}.dcm`, await sliceFile(id, at));
    const called = [];
    let text = '';
    for (const line of commands) {
      called.push(`$ ${line}`);
      text = await ichor(line, folder);
    }
    // What a run says before it stops has times in it; how this machine calls the command is beside the point.
    const from = text.search(new RegExp(`^error\\[${code}\\]: `, 'm'));
    if (from < 0) throw new Error(`The example of ${code} does not give it:\n${called.join('\n')}\n${text}`);
    const error = text.slice(from).replaceAll(folder, '/home/me/ct').replaceAll('npx ichor', 'ichor').trimEnd();
    return { files, shown: [...called, error].join('\n') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(folder, name, content) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

/** Standard output and standard error in the order in which they come, without what depends on the machine. */
function ichor(line, cwd) {
  const script = `ichor() { "${process.execPath}" "${ICHOR}" "$@"; }\n{ ${line}\n} 2>&1`;
  // No engine of the machine: what is said must not depend on it.
  const env = { ...calledEnv, ICHOR_CACHE: join(cwd, '.cache'), HOME: cwd };
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd, env }, (_, stdout) => resolve(stdout));
  });
}

let encoder;

async function sliceFile(slice, at) {
  encoder ??= loadEncoder();
  const size = 16;
  const header = {
    slice,
    patient: 'ID_00000001',
    study: 'ID_00000002',
    series: 'ID_00000003',
    position: [0, 0, 5 * at],
    tiltCosine: 1,
    tiltSine: 0,
    size,
    spacing: 0.5,
    fileUid: `1.2.3.${at + 1}`,
    format: {
      name: '12u',
      transferSyntax: '1.2.840.10008.1.2',
      windowCentre: ['40'],
      windowWidth: ['80'],
      background: 0,
      lowest: 0,
      highest: 4095,
    },
  };
  return (await encoder)(
    header,
    Uint16Array.from({ length: size * size }, (_, i) => 1024 + ((i * 7 + at) % 80)),
  );
}
