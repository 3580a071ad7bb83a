import { IchorError } from '../errors.ts';

/** What `testComponent` throws: everything that it found, one line each in its message. */
export class ContractError extends IchorError {
  constructor(
    /** `window acme/sigmoid`. */
    readonly component: string,
    /** Each begins with the name of its check: `scale: scale(80) gives 1.7 …`. */
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
      'contract-broken',
      [`The ${component} breaks the contract of its kind (${count}):`, ...problems.map((line) => `- ${line}`)].join(
        '\n',
      ),
      'Each line says what to change. What each kind promises stands in the docstrings of `ichor`.',
    );
  }
}
