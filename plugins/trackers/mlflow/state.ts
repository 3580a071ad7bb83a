import { IchorError } from '../../../src/index.ts';
import type { File } from './artifacts.ts';

/** Kept in the run's folder: where the run is in MLflow. No secret is in it. */
export interface Sent {
  /** Address without a password. */
  server: string;
  /** Ids of MLflow. */
  experiment: string;
  run: string;
  /** Where MLflow keeps the run's files, as a URI. */
  artifacts: string;
  /** The part of its description that marks do not change. */
  about: string;
  /** Of the sweep or table, in MLflow. */
  parent: string | null;
  /** Files that were not sent, and why. */
  leftOut: Readonly<Record<string, string>>;
  /** Files that the server would not take as yet: their paths from the tracker's folder. */
  waiting: readonly File[];
}

/** @throws IchorError `mlflow-state` where what was kept is something else */
export function sentOf(state: unknown): Sent | null {
  if (state === null) return null;
  const { server, experiment, run, artifacts, about } = state as Partial<Sent>;
  if ([server, experiment, run, artifacts, about].every((text) => typeof text === 'string')) return state as Sent;
  throw noState('What was kept of it in mlflow.json does not say which run of MLflow it is.');
}

export const noState = (message: string): IchorError =>
  new IchorError(
    'mlflow-state',
    message,
    'Remove mlflow.json from the folder tracking of the run, and `ichor track sync` sends all of it once more.',
  );
