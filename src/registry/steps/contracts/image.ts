import { imageTooSmall } from '../../findings/contracts.ts';
import type { Rule } from './facts.ts';

export const imageFits: Rule = ({ contract, number, place }) => {
  const backbone = contract('backbone', 'backbone');
  const size = number('data', 'image', 'size');
  if (!backbone || size === undefined || size >= backbone.minimumSize) return [];
  return [imageTooSmall(place('data', 'image', 'size'), backbone.name, backbone.minimumSize, size)];
};
