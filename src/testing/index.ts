/**
 * `ichor/testing`: the contract test kit for authors of components. It depends on no test runner.
 * @module
 */

export { ContractError } from './contract-error.ts';
export type { TestOptions, TestReport } from './options.ts';
export { testComponent } from './test-component.ts';
