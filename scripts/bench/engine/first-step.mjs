// How long a training takes to begin: from an open engine to the end of the first step, in processes of their own.
import { summary, verdict } from './statistics.mjs';
import { timesText } from './table.mjs';
import { Worker } from './worker-process.mjs';

const PARTS = {
  sinceOpen: 'all',
  drawing: 'weights drawn',
  stating: 'state written',
  first: 'first run',
  trace: 'of it recorded',
};

export async function timeFirstSteps({ networks }, { threads, rounds, say }) {
  const all = networks.map(() => Object.fromEntries(Object.keys(PARTS).map((part) => [part, []])));
  let versions;
  for (let round = 1; round <= rounds; round++) {
    for (const [place, { what, asked }] of networks.entries()) {
      const worker = new Worker('ours', { ...asked, threads });
      try {
        const found = { ...(await worker.ask()), ...(await worker.ask('trace')) };
        versions = found.versions;
        for (const part of Object.keys(PARTS)) all[place][part].push(found[part] / 1000);
        say(`round ${round} of ${rounds}: ${what} ${(found.sinceOpen / 1000).toFixed(2)} s`);
      } finally {
        await worker.end();
      }
    }
  }
  const rows = networks.map(({ what, bar }, place) => {
    const parts = Object.fromEntries(Object.entries(all[place]).map(([part, seconds]) => [part, summary(seconds)]));
    const { sinceOpen, ...rest } = parts;
    const texts = Object.entries(rest).map(([part, { median }]) => `${PARTS[part]} ${median.toFixed(2)}`);
    return {
      what: `${what} training, from an open engine to the end of the first step`,
      ours: `${timesText(sinceOpen, 's')}: ${texts.join(', ')}`,
      figure: sinceOpen.median,
      unit: 's',
      bar,
      verdict: verdict(sinceOpen.median, bar),
    };
  });
  return { rows, parts: all, versions };
}
