import { decimals, signed } from '../cells.mjs';

/** At most so many lines: what a person reads aloud. */
export const LINES = 10;

/**
 * What can be concluded from the claims of tables (their `table.json`): a sentence each, with its figure and its limit. Which claims
 * stand here follows from the files alone, and never from what came out: the primary ones, then gates, then the others in the order of
 * tables and claims. A comparison that is there already is not told twice.
 * @param most lines
 * @param named with the title of its table
 * @param alone the gain of the very networks of a claim that one training cannot decide, and its interval over patients, by table and claim
 */
export function conclusions(tables, { most = LINES, alone = () => undefined, named = false } = {}) {
  const claims = tables.flatMap((table) => table.claims.map((claim) => ({ ...claim, table })));
  const rank = ({ primary, gate }) => (primary ? 0 : gate ? 1 : 2);
  const told = new Set();
  return claims
    .map((claim, i) => ({ claim, key: [rank(claim), i] }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1])
    .filter(({ claim: { table, row, than, figure } }) => {
      const comparison = JSON.stringify([table.name, row, than, figure]);
      return !told.has(comparison) && told.add(comparison);
    })
    .slice(0, most)
    .map(({ claim }) => line(claim, { named, own: alone(claim.table, claim.claim) }));
}

const VERDICTS = { holds: 'Shown', fails: 'Not so', undecided: 'Not decided' };
/** Of a claim that nothing was corrected for. */
const SEEN = { holds: 'Seen', fails: 'Not seen', undecided: 'Not decided' };

function line(claim, { named, own }) {
  const { outcome, why, gain, figure, patients, pairs, limit, primary, table, attempts } = claim;
  const generated = table.marks.includes('SYNTHETIC');
  const people = `${generated ? 'generated ' : ''}validation patients`;
  const tried = `${repeats(claim, pairs)}${patients > 0 && claim.design !== 'nested' ? ` and ${patients} ${people}` : ''}`;
  const figureText =
    gain === null
      ? own === undefined
        ? `nothing could be reckoned: ${why ?? 'no run'}.`
        : `one training a fold decides nothing, by design; of these networks a gain in ${figure} of ${signed(own.mean)} (95 % interval over ${own.of} alone ${signed(own.low)} to ${signed(own.high)}).`
      : `a gain in ${figure} of ${signed(gain.mean)} (${Math.round(100 * gain.level)} % interval ${signed(gain.low)} to ${signed(gain.high)}), over ${tried}.`;
  const open =
    outcome !== 'undecided' || gain === null
      ? ''
      : why !== null
        ? ` Only ${why}.`
        : ` A gain from ${decimals(gain.smallest)} on would be found in about seven of ten repetitions.`;
  const limits = [
    generated ? 'Generated heads, small networks: nothing about patients.' : '',
    limit === null ? '' : sentence(limit),
    primary ? '' : 'Exploratory.',
    attempts > 1 ? `Attempt ${attempts}.` : '',
  ].filter(Boolean);
  const of = named ? ` (${table.title})` : '';
  return `**${(primary ? VERDICTS : SEEN)[outcome]}**${of}: ${claim.claim}; ${figureText}${open} _Limit: ${limits.join(' ')}_`;
}

const repeats = ({ design }, pairs) => {
  const count = new Set(pairs.map(({ seed, data }) => (design === 'nested' ? data : seed))).size;
  return `${count} ${design === 'nested' ? 'data set' : 'training'}${count === 1 ? '' : 's'}`;
};

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
