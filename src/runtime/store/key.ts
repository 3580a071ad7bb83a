import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import type { Machine } from '../machine.ts';

// The package is CommonJS: under Node's ESM the default import is the function itself, its types say otherwise.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** What a key is made of, and nothing else: no time, no absolute path, no number of workers. */
export interface KeyParts {
  stage: string;
  version: number;
  /** The stage's slice of the resolved recipe: plain values, and components as name, version, non-default parameters. */
  slice: Json;
  /** Keys of the artifacts it reads, by instance id. */
  inputs: Readonly<Record<string, string>>;
  /** Where the stage draws. */
  seed?: number;
  /** index, on a source that does not generate. */
  fingerprint?: string;
  /** A backbone that does not start at random: `md5:…`, `sha256:…` of the file, `backbone:…` of another run's. */
  weights?: string;
  /** Stages that run a model. */
  engine?: {
    kind: string;
    version: string;
    precision: string;
    /** `graph N`, the version of the compiled form, where its steps are compiled; absent where they run eagerly. */
    mode?: string;
  };
  /** Only under --exact, and only where what another machine made has the key without it. */
  machine?: Machine;
}

/** SHA-256 over canonical JSON (RFC 8785), 64 hex digits. */
export function stageKey(parts: KeyParts): string {
  return hashOf(parts);
}

export function hashOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a key is made of JSON only');
  return createHash('sha256').update(text).digest('hex');
}
