// npm run bench -- data [case ...]: from files to shards beside what a user would write in Python, on this machine.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, SetupError } from '../../script.mjs';
import { describeMachine } from '../engine/machine.mjs';
import { findPeers } from '../engine/peers.mjs';
import { between, cells, markdown, textTable } from '../engine/table.mjs';
import { requireSameMachine, runCases } from '../run-cases.mjs';
import { CASES } from './cases.mjs';
import { timeCodecs } from './codecs.mjs';
import { timeMany } from './many.mjs';
import { timeSample } from './sample.mjs';

const PAGE = join(ROOT, 'docs', 'performance.md');
const RUNNERS = { sample: timeSample, many: timeMany, codecs: timeCodecs };
const PEERS = {
  pins: [
    'pydicom==3.0.2',
    'numpy==2.4.6',
    'opencv-python-headless==5.0.0.93',
    'pylibjpeg==2.1.0',
    'pylibjpeg-libjpeg==2.5.0',
    'pylibjpeg-openjpeg==2.6.0',
    'pylibjpeg-rle==2.2.0',
  ],
  size: '250 MB',
};
const USAGE = `npm run bench -- data [case ...] [options]

cases   ${Object.keys(CASES).join(', ')}; none named: all

--rounds N      turns that each takes, at least 5 for figures to be quoted (default 5)
--peers DIR     a virtual environment with pydicom, numpy, opencv and pylibjpeg (default: one of the bench’s own, made once)
--no-peers      ours alone
--out FILE      results as JSON
--from FILE     results of an earlier run on this machine: cases that are not named keep theirs
--write         put the table into docs/performance.md
`;

/** @returns the status to end with: 1 where a case failed. */
export async function benchData(args, prepare) {
  const asked = parse(args);
  if (asked.help) {
    console.log(USAGE);
    return 0;
  }
  await prepare();
  const earlier = asked.from ? JSON.parse(await readFile(asked.from, 'utf8')) : { results: {} };
  const machine = describeMachine();
  requireSameMachine(asked.from, earlier, machine);
  const tell = (line) => console.error(`  ${line}`);
  const peers = asked['no-peers'] ? { absent: 'run without peers' } : findPeers(PEERS, asked.peers ?? null, tell);
  if (peers.absent) tell(`only ours is timed: ${peers.absent}`);
  const rounds = asked.rounds ?? 5;
  const results = await runCases({
    wanted: asked.cases,
    order: Object.keys(CASES),
    results: earlier.results,
    machine,
    time: (name) => RUNNERS[CASES[name].kind](CASES[name], { rounds, peers, say: tell }),
    more: { threads: machine.cores },
    out: asked.out,
    say: tell,
  });
  const all = { machine, results };
  console.log(textTable(Object.values(all.results).flatMap(({ rows }) => rows.map(cells))));
  if (asked.write) {
    await writeFile(PAGE, between(await readFile(PAGE, 'utf8'), markdown(all, 'data'), 'data-bench'));
    console.error(`written: ${PAGE}`);
  }
  return asked.cases.some((name) => results[name].failed) ? 1 : 0;
}

export function parse(args) {
  const { values, positionals } = parsed(args);
  const unknown = positionals.filter((name) => !Object.hasOwn(CASES, name));
  if (unknown.length > 0) throw new SetupError(`There is no case ${unknown.join(', ')}.\n\n${USAGE}`);
  if (values.rounds !== undefined && !/^[1-9]\d*$/.test(values.rounds))
    throw new SetupError(`--rounds takes a whole number from 1, not ${values.rounds}.`);
  if (values.from && !existsSync(values.from)) throw new SetupError(`There is no ${values.from}.`);
  return {
    ...values,
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
    cases: Object.keys(CASES).filter((name) => positionals.length === 0 || positionals.includes(name)),
  };
}

function parsed(args) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }];
  const options = { rounds: text, peers: text, 'no-peers': flag, out: text, from: text, write: flag, help: flag };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${USAGE}`);
  }
}
