"""Embeddings of the pictures of scripts/imagenet-row.mjs by Keras' network with Keras' own loader, against ichor's.

python scripts/imagenet-row.py FILE.h5 FOLDER    FOLDER holds images.bin (uint8) and embeddings.json. Needs tensorflow-cpu, keras, h5py.
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format

file, folder = sys.argv[1:]
with open(f"{folder}/embeddings.json") as f:
    given = json.load(f)
ours = np.array(given["vectors"], dtype="float32")
images = np.fromfile(f"{folder}/images.bin", np.uint8).reshape(given["shape"])[: len(ours)]
model = keras.applications.InceptionResNetV2(weights=None, include_top=False, input_shape=images.shape[1:], pooling="avg")
with h5py.File(file) as f:
    legacy_h5_format.load_weights_from_hdf5_group(f["model_weights"] if "model_weights" in f else f, model)
theirs = model.predict(images.astype("float32") / 127.5 - 1, verbose=0)
print(json.dumps({"largest": float(np.abs(theirs - ours).max() / np.abs(theirs).max()), "norm": float(np.linalg.norm(theirs - ours) / np.linalg.norm(theirs))}))
