import { basename } from 'node:path';
import { IchorError } from '../../errors.ts';
import { thrownText } from '../diagnostics/thrown-text.ts';
import type { Component } from '../kinds/component.ts';
import { callWatch, WATCHED_CALLS } from './call-watch.ts';
import { ownLine } from './run-plugin.ts';

/** What the contract rules call: their own finding says where in the recipe it failed. */
const UNGUARDED: ReadonlySet<string> = new Set(['contract', 'contradiction', 'cost']);

type Callable = (...args: unknown[]) => unknown;

/**
 * A plugin's component whose mistakes are told as its own: what one of its functions throws becomes an IchorError
 * `component-failed` with the component, the function and the line of its file. The object itself is left as it is.
 */
export function guardedComponent(component: Component, file: string, code: string | null): Component {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(component) as object), component);
  for (const [name, value] of Object.entries(component)) copy[name] = guarded(component, file, name, value);
  if (code !== null) copy.code = code;
  return copy as Component;
}

function guarded(component: Component, file: string, name: string, value: unknown): unknown {
  if (UNGUARDED.has(name)) return value;
  if (typeof value === 'function') {
    const work = guardedFunction(component, file, name, value as Callable);
    // What a metric's `resample` prepares is called later, draw by draw.
    return name !== 'resample' ? work : (...args: unknown[]) => guardedAll(component, file, name, work(...args));
  }
  // An augmentation's `pixels` is a pair of functions.
  if (name !== 'pixels' || typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, guarded(component, file, `pixels.${key}`, part)]);
  return Object.fromEntries(parts);
}

function guardedFunction(component: Component, file: string, name: string, work: Callable): Callable {
  const fail = (error: unknown): never => {
    throw componentFailure(component, file, name, error);
  };
  const watch = WATCHED_CALLS.has(name) ? callWatch() : null;
  const call = watch?.name((seconds) => holds(component, file, name, seconds)) ?? 0;
  return function (this: unknown, ...args) {
    const before = watch?.enter(call) ?? 0;
    try {
      const made = work.apply(this, args);
      return made instanceof Promise ? made.catch(fail) : made;
    } catch (error) {
      return fail(error);
    } finally {
      watch?.leave(before);
    }
  };
}

const holds = ({ kind, name }: Component, file: string, work: string, seconds: number): IchorError =>
  new IchorError(
    'component-holds',
    `The ${kind} ${name} has been in one call of ${work}() for ${seconds} s: it holds the program, and most likely never returns.`,
    `Look at ${basename(file)}. Slow on purpose: set ICHOR_PLUGIN_SECONDS. What was finished is kept.`,
    2,
  );

function guardedAll(component: Component, file: string, name: string, made: unknown): unknown {
  if (!Array.isArray(made)) return made;
  return made.map((each) =>
    typeof each === 'function' ? guardedFunction(component, file, name, each as Callable) : each,
  );
}

function componentFailure({ kind, name }: Component, file: string, work: string, error: unknown): unknown {
  if (error instanceof IchorError) return error;
  const stack = error instanceof Error ? String(error.stack ?? '') : '';
  const where = ownLine(stack, file) ?? basename(file);
  return new IchorError(
    'component-failed',
    `The ${kind} ${name} failed in ${work}(): ${thrownText(error)}`,
    `Look at ${where}. A test with testComponent of ichor/testing shows it without a run.`,
    1,
    { cause: error },
  );
}
