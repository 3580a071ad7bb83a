"""The Python of docs/artifacts.md as it stands there, and what its dataset gives: python tf-data.py PAGE, in a folder with the run it names.
Prints a line of JSON for each record: SHA-256 of the picture's bytes, its shape, labels."""

import hashlib
import json
import re
import sys
from pathlib import Path

blocks = re.findall(r"^```python\n(.*?)^```$", Path(sys.argv[1]).read_text(), re.S | re.M)
assert len(blocks) == 2, len(blocks)
names = {}
for block in blocks:
    exec(compile(block, sys.argv[1], "exec"), names)
for image, labels in names["dataset"]:
    pixels = image.numpy()
    print(json.dumps({"hash": hashlib.sha256(pixels.tobytes()).hexdigest(), "shape": pixels.shape, "labels": labels.numpy().tolist()}))
