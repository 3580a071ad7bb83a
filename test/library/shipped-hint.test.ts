import { describe, expect, it } from 'vitest';
import { withShippedHint } from '../../src/library/shipped-hint.ts';
import { recipeMissing } from '../../src/registry/diagnostics/findings/syntax.ts';

describe('a recipe that is not there', () => {
  const hintOf = (file: string, hint?: string) =>
    withShippedHint([recipeMissing(file, 'there is no such file', hint)])[0]?.hint;

  it('is written by init where one of its name came with ichor', () => {
    expect(hintOf('/project/quickstart.yaml')).toContain('`ichor init quickstart`');
    expect(hintOf('/project/quickstart')).toContain('`ichor init quickstart`');
    expect(hintOf('/project/mine.yaml')).toBeUndefined();
  });

  it('keeps a hint that names a file which is there', () => {
    expect(hintOf('/project/quickstart.yaml', 'Did you mean quickstarts.yaml?')).toBe('Did you mean quickstarts.yaml?');
  });
});
