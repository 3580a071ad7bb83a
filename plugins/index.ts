import type { Component } from '../src/index.ts';

/** The built-in components. Each is written against the public API only, as a third party's would be. */
export const builtIn: readonly Component[] = [];
