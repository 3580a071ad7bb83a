import { IchorError } from '../errors.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { KINDS, type Kind } from '../registry/kinds/kind.ts';

/** A kind as it was typed. Throws IchorError `unknown-kind`. */
export function knownKind(kind: string): Kind {
  const known = KINDS.find((each) => each === kind);
  if (known !== undefined) return known;
  const close = nearest(kind, KINDS);
  throw new IchorError(
    'unknown-kind',
    `There is no kind \`${kind}\`.`,
    `${close ? `Did you mean \`${close}\`? ` : ''}Kinds: ${KINDS.join(', ')}.`,
    2,
  );
}
