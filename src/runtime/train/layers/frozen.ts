/** Whether a batch norm runs on its averages: all that gradients would move in it is frozen. Keras: `trainable = False`. */
export const normIsFrozen = (frozen: ReadonlySet<string>, layer: string, scale: boolean): boolean =>
  frozen.has(`${layer}/beta`) && (!scale || frozen.has(`${layer}/gamma`));
