import { KERAS } from './cases.ts';
import { describeEqual } from './equal.ts';

await describeEqual('as Keras’ network with the same weights', KERAS);
