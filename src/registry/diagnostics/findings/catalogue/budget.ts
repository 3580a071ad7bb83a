import { type Entry, more } from './entry.ts';

/** How much is trained. */
export const budget: readonly Entry[] = [
  {
    code: 'budget-twice',
    severity: 'error',
    title: 'Epochs and updates are both stated',
    why: 'Each of the two says how long a network trains, and they agree for one number of training slices only.',
    fix: 'Keep one of them. Of two layers (a base and its recipe, a profile, `--set`) the upper one takes the place of the other.',
    example: { recipe: more('train:\n  backbone: { epochs: 2, updates: 500 }\n') },
  },
  {
    code: 'warm-up-too-long',
    severity: 'error',
    title: 'The warm-up is longer than the training',
    why: 'The learning rate would never reach its full size. Where epochs are stated, how many updates they come to is known once the data are there: then it is a warning of the run.',
    fix: 'Shorten `warmUp`, or state it as a share of the training: `warmUp: 0.1`.',
    example: {
      recipe: more('train:\n  backbone: { updates: 100, optimizer: { schedule: { type: cosine, warmUp: 100 } } }\n'),
    },
  },
  {
    code: 'schedule-length',
    severity: 'warning',
    title: 'A schedule is made for another length than the training has',
    why: 'Its lengths are stated in updates. Where they are longer than the training, the learning rate never changes; where they are much shorter, a quarter of the training or more has next to none. Where epochs are stated, how many updates they come to is known once the data are there: then it is a warning of the plan and the run.',
    fix: 'State shares of the training (below 1) in the place of updates, or other updates.',
    example: {
      recipe: more('train:\n  backbone: { updates: 100, optimizer: { schedule: { type: step, every: 500 } } }\n'),
    },
  },
  {
    code: 'early-stopping-idle',
    severity: 'warning',
    title: 'Early stopping can never stop the training',
    why: 'The first validation is the best so far, and `patience` more have to pass without a better one: a training with no more validations than that goes to its end in any case.',
    fix: 'Lower `patience`, train for longer, or validate more often (`validateEvery`).',
    example: { recipe: more('train:\n  backbone: { epochs: 4, earlyStopping: { patience: 4 } }\n') },
  },
  {
    code: 'early-stopping-schedule',
    severity: 'warning',
    title: 'Early stopping cuts a schedule off that goes by the length of the training',
    why: 'Half a cosine or one cycle is laid over the updates that are stated. A training that stops early ends with a learning rate that is still high, and the gain of its last, low part is lost.',
    fix: 'Take a schedule in updates (`constant`, `half-life`, `step` with a length from 1 on); or train to the end and keep the best epoch (`checkpoint: { best: mean-log-loss }`).',
    example: {
      recipe: more(
        'train:\n  backbone:\n    epochs: 40\n    earlyStopping: { patience: 3 }\n    optimizer: { schedule: cosine }\n',
      ),
    },
  },
  {
    code: 'sweep-budget',
    severity: 'warning',
    title: 'Points of a sweep do not train as much as each other',
    why: 'A larger batch at equal epochs changes the weights less often; a sequence of one slice is not one of a series. Points that differ in more than 10 % of their updates, or of labelled slices an update, differ by that as well. Epochs and updates that the sweep itself tries are what it is about.',
    fix: 'State `updates` in the place of `epochs`, and put batches under `pairs` beside updates that match; or read it as a sweep of budgets.',
    example: { recipe: more('sweep: { grid: { train.backbone.batch: [8, 32] } }\n') },
  },
];
