import { expect } from 'vitest';
import type { Component } from '../../src/registry/kinds/component.ts';
import { ContractError, type TestOptions, testComponent } from '../../src/testing/index.ts';

/**
 * That the kit finds this one thing wrong, and nothing else: every problem is of the named check (or of a part of it,
 * `apply` of `apply: range`), and one says so in the words of `pattern`.
 */
export async function expectBroken(component: unknown, check: string, pattern: RegExp, options: TestOptions = {}) {
  const error = await testComponent(component as Component, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ContractError);
  const { problems, message, code } = error as ContractError;
  expect(code).toBe('contract-broken');
  expect(problems.filter((problem) => !new RegExp(`^${check}: `).test(problem))).toEqual([]);
  expect(problems.join('\n')).toMatch(pattern);
  for (const problem of problems) expect(message).toContain(`- ${problem}`);
}
