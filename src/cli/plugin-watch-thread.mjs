import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** `process.exit` of a thread ends the thread, so that the system is asked; where it cannot be, the process is killed. */
function endProcess(status, koffi) {
  try {
    const library = createRequire(koffi)(koffi).load(process.platform === 'win32' ? 'msvcrt.dll' : null);
    library.func('void _exit(int)')(status);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}

if (parentPort !== null && workerData?.pluginWatch === true) {
  const { status, koffi, calls, seconds } = workerData;
  const end = (text) => {
    try {
      writeSync(2, text);
    } catch {
      // The terminal may be gone.
    }
    endProcess(status, koffi);
  };
  let timer;
  const texts = [];
  // One call: which function, and how many calls there were. The same ones as so many seconds ago have not returned.
  let seen = { call: 0, count: 0, since: 0 };
  const look = setInterval(() => {
    const [call, count] = [Atomics.load(calls, 0), Atomics.load(calls, 1)];
    if (call === 0 || call !== seen.call || count !== seen.count) seen = { call, count, since: performance.now() };
    else if (performance.now() - seen.since >= seconds * 1000) end(texts[call - 1]);
  }, 500);
  look.unref();
  parentPort.on('message', (watch) => {
    if (watch?.named !== undefined) {
      texts.push(watch.named);
      return;
    }
    clearTimeout(timer);
    if (watch === null) return;
    timer = setTimeout(() => end(watch.text), watch.afterMs);
  });
  parentPort.postMessage('ready');
}
