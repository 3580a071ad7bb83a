/**
 * The one place where TypeBox is loaded. Of its some 700 files an unbundled import costs 0.15 s of every command, so
 * the build replaces what tsc makes of this file with a bundle of it.
 */
export { Type } from 'typebox';
