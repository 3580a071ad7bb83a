import { quoted, type RunEntry } from './entry.ts';

const RUN = 'ichor run recipe.yaml --track mlflow=http://localhost:5000';
const HERE = 'http://localhost:5000';
const LOG = 'Look at the log of the server, or of what stands before it.';

/** What the tracker `mlflow` fails of: shown as the reason of `tracker-failed`. No training waits for it. */
export const mlflow: readonly RunEntry[] = [
  {
    code: 'server-unreachable',
    severity: 'error',
    title: 'A server does not answer',
    why: 'A component that talks to a server (a tracker) got no answer: nothing listens at the address, the connection broke off, a certificate is not trusted, a proxy is in between, or what listens does not answer in time.',
    fix: 'Start the server, or correct the address. Behind a proxy: `NO_PROXY` names servers that are reached without one. What a tracker has not received is sent by `ichor track sync`.',
    example: quoted(
      RUN,
      `The MLflow server at ${HERE} does not answer in time.`,
      'It takes connections, and is stopped or overloaded: look at its log, or start it again. MLFLOW_HTTP_REQUEST_TIMEOUT gives it longer, in seconds.',
    ),
  },
  {
    code: 'mlflow-address',
    severity: 'error',
    title: 'No MLflow server is named, or none that can be asked',
    why: 'The tracker `mlflow` speaks to a server over http. Neither the recipe, `--track mlflow=ADDRESS` nor `MLFLOW_TRACKING_URI` names one; or what they name is a folder, a database or Databricks; or the file with the password for it cannot be read.',
    fix: 'Start one (`mlflow server --backend-store-uri sqlite:///mlflow.db`), and name the address that it prints.',
    example: quoted('ichor run recipe.yaml --track mlflow', 'No MLflow server is named.'),
  },
  {
    code: 'mlflow-not-there',
    severity: 'error',
    title: 'What answers is no MLflow server',
    why: 'Something answers at the address, with a web page, a redirection or anything else that MLflow does not answer with: another server, another port, a path that is missing, or a page to log in.',
    fix: 'Name the address of the server itself, with its port and the path under which it stands. Behind a page to log in: `MLFLOW_TRACKING_TOKEN`.',
    example: quoted(RUN, `What answers at ${HERE} is no MLflow server: a web page came, with status 404.`),
  },
  {
    code: 'mlflow-refused',
    severity: 'error',
    title: 'The MLflow server refuses',
    why: 'The server answers with an error: its database is locked or full, it keeps its files where it cannot write, who asks is not let in, or it does not take what was sent. What it says stands in the message.',
    fix: 'Look at the log of the server. For 401 and 403: `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`. What was not received is sent by `ichor track sync`.',
    example: quoted(RUN, `The MLflow server at ${HERE} answers 500: database is locked.`, LOG),
  },
  {
    code: 'mlflow-deleted',
    severity: 'error',
    title: 'The experiment or the run was deleted in MLflow',
    why: 'Somebody deleted in MLflow what the run is sent to, or the server is another one than before. ichor brings nothing back that was deleted, and begins no second run of the same by itself.',
    fix: 'The hint has the command that brings it back. Where it is gone for good: remove `tracking/mlflow.json` in the folder of the run, and `ichor track sync` sends all of it once more.',
    example: quoted(RUN, `This run was deleted from ${HERE}.`),
  },
  {
    code: 'mlflow-state',
    severity: 'error',
    title: 'What was kept of a run in MLflow is damaged',
    why: 'In `tracking/mlflow.json` of a run stands which run of MLflow it is. The file was changed, and does not say so any more.',
    fix: 'Remove that file, and `ichor track sync` sends all of the run once more.',
    example: quoted('ichor track sync', 'The journal of this run has no beginning for MLflow.'),
  },
];
