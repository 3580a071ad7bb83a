"""Event files as tensorboard's own reader has them: JSON by folder below the one that is named."""

import json
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2


def hparam(value):
    return getattr(value, value.WhichOneof("kind"))


def plugin_data(events, tag):
    content = events.summary_metadata[tag].plugin_data.content
    return plugin_data_pb2.HParamsPluginData.FromString(content)


found = {}
root = sys.argv[1]
for folder, _, names in os.walk(root):
    if not any("tfevents" in name for name in names):
        continue
    events = EventAccumulator(folder).Reload()
    tags = events.Tags()
    one = {
        "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
        "texts": {
            tag: [e.tensor_proto.string_val[0].decode() for e in events.Tensors(tag)]
            for tag in tags["tensors"]
            if not tag.startswith("_hparams_")
        },
    }
    if "_hparams_/session_start_info" in tags["tensors"]:
        start = plugin_data(events, "_hparams_/session_start_info").session_start_info
        one["hparams"] = {name: hparam(value) for name, value in start.hparams.items()}
    if "_hparams_/session_end_info" in tags["tensors"]:
        one["status"] = plugin_data(events, "_hparams_/session_end_info").session_end_info.status
    found[os.path.relpath(folder, root)] = one
json.dump(found, sys.stdout)
