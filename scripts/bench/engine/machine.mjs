// On what is measured.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../script.mjs';

function flags() {
  try {
    return new Set(/^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' '));
  } catch {
    return new Set();
  }
}

/** What the processor has for bfloat16: `amx`, `avx512`, or null. */
export function bfloat16(own = flags()) {
  if (own.has('amx_bf16')) return 'amx';
  return own.has('avx512_bf16') ? 'avx512' : null;
}

export function describeMachine() {
  const own = flags();
  const found = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'].filter((flag) => own.has(flag));
  const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    instructions: found.join(', ') || 'instruction sets unknown',
    memoryBytes: totalmem(),
    system: type(),
    node: process.versions.node,
    ichor: [version, commit()].filter(Boolean).join(' at '),
  };
}

/** Share of the processors' time that others take, looked at for a second while the bench does nothing. */
export async function busy() {
  const look = () =>
    cpus().reduce(
      ({ idle, all }, { times }) => ({
        idle: idle + times.idle,
        all: all + Object.values(times).reduce((sum, time) => sum + time, 0),
      }),
      { idle: 0, all: 0 },
    );
  const before = look();
  await pause(1000);
  const after = look();
  const all = after.all - before.all;
  return all > 0 ? 1 - (after.idle - before.idle) / all : 0;
}

/** Null outside of a clone. */
function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
