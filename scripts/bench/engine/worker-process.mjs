// A process that runs steps when it is told to, and else waits for a line.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** What would set another number of threads, or another way of waiting, than a library takes by itself. */
const THREADS = /^(OMP|KMP|GOMP|MKL|OPENBLAS|DNNL|ONEDNN|TF_NUM|ATEN)_?/;
const plain = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !THREADS.test(name)));

/** The command of a worker: `ichor`, `limits`, `torch`, `keras`. */
function commandOf(by, python) {
  if (by === 'torch' || by === 'keras') return [python, file(`worker-${by}.py`)];
  return [process.execPath, file(by === 'limits' ? 'worker-limits.mjs' : 'worker.mjs')];
}

export class WorkerFailed extends Error {}

export class Worker {
  #child;
  #lines;
  #complaint = '';
  #by;

  /** @param options `{ python, env, stdout }`: `stdout` a file's descriptor for what libraries print; answers come on 3. */
  constructor(by, asked, { python, env = {}, stdout = 'ignore' } = {}) {
    const [command, script] = commandOf(by, python);
    this.#by = by;
    this.#child = spawn(command, [script, JSON.stringify(asked)], {
      env: { ...plain(), TF_CPP_MIN_LOG_LEVEL: '2', ...env },
      stdio: ['pipe', stdout, 'pipe', 'pipe'],
    });
    this.#child.stderr.on('data', (chunk) => {
      this.#complaint = (this.#complaint + chunk).slice(-4000);
    });
    // A worker that ended is found by its missing answer.
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#complaint += error.message;
    });
    this.#lines = createInterface(this.#child.stdio[3])[Symbol.asyncIterator]();
  }

  /** The answer to a line; without one the first, which it gives by itself. */
  async ask(line = null) {
    if (line !== null) this.#child.stdin.write(`${line}\n`);
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const lines = this.#complaint.trim().split('\n');
    const why = lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1);
    await this.end();
    throw new WorkerFailed(`the process of ${this.#by} ended: ${why.trim() || 'it said nothing'}`);
  }

  /** Waits until it is gone. */
  async end() {
    this.#child.stdin.end();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await new Promise((done) => this.#child.once('close', done));
    clearTimeout(timer);
  }
}
