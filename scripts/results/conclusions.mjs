/** At most so many lines: what a person reads aloud. */
export const LINES = 10;

/**
 * What can be concluded from the claims of tables (their `table.json`), the gated and primary ones first: a sentence each, with
 * its figure and its limit. What nothing was decided of comes last.
 */
export function conclusions(tables) {
  const claims = tables.flatMap((table) => table.claims.map((claim) => ({ ...claim, table })));
  const rank = ({ outcome, primary, gate, gain }) =>
    (outcome === 'undecided' ? 8 : 0) + (primary ? 0 : gate ? 1 : 2) + (gain === null ? 4 : 0);
  return claims
    .map((claim, i) => ({ claim, key: [rank(claim), i] }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1])
    .slice(0, LINES)
    .map(({ claim }) => line(claim));
}

const VERDICTS = { holds: 'Shown', fails: 'Not so', undecided: 'Not decided' };

function line(claim) {
  const { outcome, why, gain, figure, patients, pairs, limit, primary, table } = claim;
  const tried = `${repeats(claim, pairs)}${patients > 0 ? ` and ${patients} validation patients` : ''}`;
  const figureText =
    gain === null
      ? `nothing could be reckoned: ${why ?? 'no run'}.`
      : `a gain in ${figure} of ${signed(gain.mean)} (${Math.round(100 * gain.level)} % interval ${signed(gain.low)} to ${signed(gain.high)}), over ${tried}.`;
  const open =
    outcome !== 'undecided' || gain === null
      ? ''
      : why !== null
        ? ` Only ${why}.`
        : ` From ${decimals(gain.smallest)} on it would have been found.`;
  const limits = [
    table.marks.includes('SYNTHETIC') ? 'Generated heads, small networks: nothing about patients.' : '',
    limit === null ? '' : sentence(limit),
    primary ? '' : 'Exploratory.',
  ].filter(Boolean);
  return `**${VERDICTS[outcome]}**: ${claim.claim}; ${figureText}${open} _Limit: ${limits.join(' ')}_`;
}

const repeats = ({ design }, pairs) => {
  const count = new Set(pairs.map(({ seed, data }) => (design === 'nested' ? data : seed))).size;
  return `${count} ${design === 'nested' ? 'data set' : 'training'}${count === 1 ? '' : 's'}`;
};

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
export const signed = (value) => `${value > 0 ? '+' : ''}${decimals(value)}`;
export const decimals = (value) =>
  value !== 0 && Math.abs(value) < 0.00005 ? value.toExponential(1) : value.toFixed(4);
