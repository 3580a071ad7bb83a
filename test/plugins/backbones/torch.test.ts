import { TORCH } from './cases.ts';
import { describeEqual } from './equal.ts';

await describeEqual('as torchvision’s or timm’s network with the same weights, under its own names', TORCH);
