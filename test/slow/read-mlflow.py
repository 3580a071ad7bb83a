"""What an MLflow server holds, as MLflow's own client reads it: ADDRESS EXPERIMENT -> JSON, runs by name."""

import json
import sys
import tempfile

from mlflow import MlflowClient

address, experiment = sys.argv[1:]
client = MlflowClient(tracking_uri=address)
found = client.get_experiment_by_name(experiment)
runs = {}
for run in client.search_runs([found.experiment_id]):
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for file in client.list_artifacts(run.info.run_id):
            with open(client.download_artifacts(run.info.run_id, file.path, folder), encoding="utf-8") as opened:
                files[file.path] = opened.read()
    runs[run.info.run_name] = {
        "id": run.info.run_id,
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "params": run.data.params,
        "tags": run.data.tags,
        # One request each: of very many the latest values will do.
        "latest": run.data.metrics,
        "metrics": {
            key: [[each.step, each.value, each.timestamp] for each in client.get_metric_history(run.info.run_id, key)]
            for key in list(run.data.metrics)[:10]
        },
        "files": files,
    }
print(json.dumps(runs))
