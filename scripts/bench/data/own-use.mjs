// Loaded before the command (NODE_OPTIONS=--import): at its end it writes what the whole process took, its threads included.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.ICHOR_BENCH_USE)
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const use = { cpu: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 };
    writeFileSync(process.env.ICHOR_BENCH_USE, JSON.stringify(use));
  });
