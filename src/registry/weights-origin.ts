import type { Weights } from './kinds/weights.ts';

/** Where a backbone's weights come from, as its block says. */
export type WeightsOrigin = {
  /** Layers that are loaded, as the recipe names them; null: all. */
  partial: readonly string[] | null;
} & (
  | { from: 'name'; name: string }
  | { from: 'file'; file: string }
  | { from: 'url'; url: string; sha256: string }
  | { from: 'run'; run: string }
);

/** Null: `none`, random weights. A block is one that `ichor check` found right. */
export function weightsOrigin(weights: Weights | undefined): WeightsOrigin | null {
  if (weights === undefined || weights === 'none') return null;
  if (typeof weights === 'string') return { from: 'name', name: weights, partial: null };
  const { name, file, url, sha256, run, partial = null } = weights;
  if (file !== undefined) return { from: 'file', file, partial };
  if (url !== undefined) return { from: 'url', url, sha256: (sha256 ?? '').toLowerCase(), partial };
  if (run !== undefined) return { from: 'run', run, partial };
  return name === undefined || name === 'none' ? null : { from: 'name', name, partial };
}

/** In a few words: `imagenet`, `resnet50.h5`, `of the run mine-3`; what is loaded in part says so. */
export function weightsText(weights: Weights | undefined): string {
  const origin = weightsOrigin(weights);
  if (origin === null) return 'none';
  const part = origin.partial === null ? '' : ` (only ${origin.partial.join(', ')})`;
  switch (origin.from) {
    case 'name':
      return `${origin.name}${part}`;
    case 'file':
      return `${lastPart(origin.file)}${part}`;
    case 'url':
      return `${lastPart(origin.url)}${part}`;
    case 'run':
      return `of the run ${origin.run}${part}`;
  }
}

const lastPart = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
