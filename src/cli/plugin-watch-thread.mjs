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
  const { status, koffi } = workerData;
  let timer;
  parentPort.on('message', (watch) => {
    clearTimeout(timer);
    if (watch === null) return;
    timer = setTimeout(() => {
      try {
        writeSync(2, watch.text);
      } catch {
        // The terminal may be gone.
      }
      endProcess(status, koffi);
    }, watch.afterMs);
  });
  parentPort.postMessage('ready');
}
