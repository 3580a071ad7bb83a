"""Of each model named on standard input: onnx's checker in full, and how far onnxruntime's outputs are from the stated ones."""
import json
import sys

import numpy as np
import onnx
import onnxruntime

TYPES = {"float32": np.float32, "int64": np.int64, "uint8": np.uint8, "bool": np.uint8}
said = []
for case in json.load(sys.stdin):
    model = onnx.load(case["model"])
    try:
        onnx.checker.check_model(case["model"], full_check=True)
        onnx.checker.check_model(model, full_check=True)
        fault = None
    except Exception as error:  # noqa: BLE001
        fault = str(error)
    session = onnxruntime.InferenceSession(case["model"])
    read = lambda one: np.fromfile(one["file"], TYPES[one["type"]]).reshape(one["shape"])
    names = [one["name"] for one in case["outputs"]]
    given = session.run(names, {one["name"]: read(one) for one in case["inputs"]})
    furthest = {
        one["name"]: float(np.abs(np.asarray(got, np.float64) - read(one)).max())
        for one, got in zip(case["outputs"], given)
    }
    said.append({
        "fault": fault,
        "furthest": furthest,
        "marks": session.run(["marks"], {one["name"]: read(one) for one in case["inputs"]})[0].tolist(),
        "metadata": session.get_modelmeta().custom_metadata_map,
        "graph": session.get_modelmeta().graph_name,
        "opset": [one.version for one in model.opset_import],
        "domains": sorted({node.domain for node in model.graph.node}),
    })
json.dump(said, sys.stdout)
