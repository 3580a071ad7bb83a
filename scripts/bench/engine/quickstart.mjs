// The quickstart from an empty store, compiled and operation by operation in turn.
import { ichor, threadOptions, withStore } from './command.mjs';
import { summary, verdict } from './statistics.mjs';
import { timesText } from './table.mjs';

export async function timeQuickstart({ what, bar }, { threads, rounds, say }) {
  const forms = { compiled: [], eager: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const [form, seconds] of Object.entries(forms)) {
      const more = form === 'eager' ? ['--eager'] : [];
      const args = ['run', 'recipes/quickstart.yaml', '--quiet', ...threadOptions(threads), ...more];
      seconds.push(await withStore((store) => ichor([...args, '--store', store])));
      say(`round ${round} of ${rounds}: ${form} ${seconds.at(-1).toFixed(1)} s`);
    }
  }
  const [ours, eager] = [summary(forms.compiled), summary(forms.eager)];
  const figure = ours.median / eager.median;
  const row = {
    what: `${what}: time of the compiled steps by that of --eager`,
    ours: timesText(ours, 's'),
    peer: timesText(eager, 's'),
    figure,
    rounds: summary(forms.compiled.map((seconds, round) => seconds / forms.eager[round])),
    bar,
    verdict: verdict(figure, bar),
  };
  return { rows: [row], seconds: forms };
}
