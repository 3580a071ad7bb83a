import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { acceptedLeak, acceptUnknown, acceptUnused } from '../../../diagnostics/findings/leak.ts';
import { ACCEPTABLE, KNOWN_BY_DATA } from '../../../leak.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Facts } from './facts.ts';

/** `accept` makes a warning of an error, which the runtime stamps on every number. It may name few codes, and only what occurs. */
export function accepted(facts: Facts, findings: readonly Diagnostic[]): Diagnostic[] {
  const accept = at(facts.recipe, ['accept']);
  if (accept?.kind !== 'list' || !facts.valid(['accept'])) return [...findings];
  const more: Diagnostic[] = [];
  const codes = new Set<string>();
  accept.items.forEach((item, index) => {
    if (!isText(item)) return;
    const path = ['accept', index];
    const code = item.value;
    if (!(ACCEPTABLE as readonly string[]).includes(code)) more.push(acceptUnknown(item.place, path, code, ACCEPTABLE));
    else {
      codes.add(code);
      // Whether a split leaks is known where its contract is.
      const judged = facts.contract('split', 'data.split') !== null;
      if (judged && !KNOWN_BY_DATA.includes(code) && findings.every((one) => one.code !== code))
        more.push(acceptUnused(item.place, path, code));
    }
  });
  const rest = findings.map((one) => (codes.has(one.code) ? acceptedLeak(one) : one));
  return [...rest, ...more];
}
