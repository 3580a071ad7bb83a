// npm run bench -- engine [case ...]: the native engine's compiled steps beside PyTorch and Keras on this machine.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, SetupError } from '../../script.mjs';
import { requireSameMachine, runCases } from '../run-cases.mjs';
import { CASES } from './cases.mjs';
import { timeFirstSteps } from './first-step.mjs';
import { measureLimits } from './limits.mjs';
import { describeMachine } from './machine.mjs';
import { ENGINE_PEERS, findPeers } from './peers.mjs';
import { profile } from './profile.mjs';
import { timeQuickstart } from './quickstart.mjs';
import { timeRecipe } from './recipe.mjs';
import { timeSteps } from './steps.mjs';
import { between, cells, MODEL_HEADINGS, markdown, modelsOf, textTable } from './table.mjs';

const PAGE = join(ROOT, 'docs', 'performance.md');
const USAGE = `npm run bench -- engine [case ...] [options]

cases   ${Object.keys(CASES).join(', ')}; none named: all

--threads N     threads of all that is compared (default: all that this process may use)
--rounds N      turns that each takes, at least 5 for figures to be quoted (default 7; quickstart, first-step: 5)
--steps N       steps in a turn (default: by case)
--peers DIR     a virtual environment with torch, torchvision, timm, tensorflow and keras (default: one of the bench’s own, made once)
--no-peers      ours alone
--out FILE      results as JSON
--from FILE     results of an earlier run on this machine: cases that are not named keep theirs
--render        time nothing: only show, and with --write write, what --from has
--write         put the table into docs/performance.md
`;

const RUNNERS = {
  limits: measureLimits,
  steps: timeSteps,
  'first-step': timeFirstSteps,
  recipe: timeRecipe,
  quickstart: timeQuickstart,
  profile,
  elsewhere: ({ what, note }) => ({ rows: [{ what, note }] }),
};

export function parse(args) {
  const { values, positionals } = parsed(args);
  const count = (name) => {
    if (values[name] === undefined) return undefined;
    if (!/^[1-9]\d*$/.test(values[name]))
      throw new SetupError(`--${name} takes a whole number from 1, not ${values[name]}.`);
    return Number(values[name]);
  };
  const unknown = positionals.filter((name) => !Object.hasOwn(CASES, name));
  if (unknown.length > 0) throw new SetupError(`There is no case ${unknown.join(', ')}.\n\n${USAGE}`);
  if (values.render && !values.from) throw new SetupError('--render shows what --from FILE has.');
  return {
    ...values,
    threads: count('threads'),
    rounds: count('rounds'),
    steps: count('steps'),
    cases: values.render
      ? []
      : positionals.length > 0
        ? Object.keys(CASES).filter((name) => positionals.includes(name))
        : Object.keys(CASES),
  };
}

function parsed(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const options = {
    threads: text,
    rounds: text,
    steps: text,
    peers: text,
    'no-peers': flag,
    out: text,
    from: text,
    render: flag,
    write: flag,
    help: flag,
  };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${USAGE}`);
  }
}

const ROUNDS = { quickstart: 5, 'first-step': 5 };

/** @returns the status to end with: 1 where a case failed. */
export async function benchEngine(args, prepare) {
  const asked = parse(args);
  if (asked.help) {
    console.log(USAGE);
    return 0;
  }
  if (asked.from && !existsSync(asked.from)) throw new SetupError(`There is no ${asked.from}.`);
  if (asked.write && !existsSync(PAGE)) throw new SetupError(`There is no ${PAGE}.`);
  if (!asked.render) await prepare();
  const earlier = asked.from ? JSON.parse(await readFile(asked.from, 'utf8')) : { results: {} };
  const machine = asked.render ? earlier.machine : describeMachine();
  requireSameMachine(asked.from, earlier, machine);
  const threads = asked.threads ?? availableParallelism();
  const wanted = asked.cases.some((name) => Object.keys(CASES[name].workers ?? {}).length > 1);
  const tell = (line) => console.error(`  ${line}`);
  let peers = { absent: 'run without peers' };
  if (wanted && !asked['no-peers']) {
    peers = findPeers(ENGINE_PEERS, asked.peers ?? null, tell);
    if (peers.absent) tell(`only ours is timed: ${peers.absent}`);
  }
  const results = await runCases({
    wanted: asked.cases,
    order: Object.keys(CASES),
    results: earlier.results,
    machine,
    time: (name, { limits }) =>
      RUNNERS[CASES[name].kind](CASES[name], {
        threads,
        rounds: asked.rounds ?? ROUNDS[name] ?? 7,
        steps: asked.steps,
        peers,
        limits: limits?.limits,
        say: tell,
      }),
    more: { threads },
    out: asked.out,
    say: tell,
  });
  const all = { machine, results };
  show(all);
  if (asked.write) {
    await writeFile(PAGE, between(await readFile(PAGE, 'utf8'), markdown(all)));
    console.error(`written: ${PAGE}`);
  }
  return asked.cases.some((name) => results[name].failed) ? 1 : 0;
}

function show({ results }) {
  const done = Object.values(results);
  console.log(textTable(done.flatMap(({ rows }) => rows.map(cells))));
  const models = modelsOf(done);
  if (models.length > 0) console.log(`\n${textTable(models, MODEL_HEADINGS)}`);
  for (const { profile } of done) {
    if (profile) console.log(`\n${profile.what}\n${textTable(profile.rows, profile.headings)}`);
  }
}
