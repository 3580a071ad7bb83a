import { describeMask } from './describe-mask.ts';

describeMask('reference');
