"""What a user would write with pydicom, NumPy and OpenCV. Times are taken after the imports; one line of JSON at the end.

peer.py sample DIR SIZE PROCESSES   headers and pixels of a folder in Kaggle's layout -> index and shards
peer.py decode FILE COUNT           pixel_array of one file, COUNT times
"""
import csv
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from multiprocessing import Pool

import cv2
import numpy as np
import pydicom

WINDOWS = [(40, 80), (80, 200), (600, 2800)]
cv2.setNumThreads(1)


def use():
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in of), max(one.ru_maxrss for one in of) * 1024


def hounsfield(ds):
    return ds.pixel_array.astype(np.float32) * float(ds.RescaleSlope) + float(ds.RescaleIntercept)


def make(task):
    path, size = task
    ds = pydicom.dcmread(path)
    try:
        hu = hounsfield(ds)
    except Exception as error:  # one file of the set is cut off
        return path, None, str(error)
    channels = [np.clip((hu - (level - width / 2)) / width, 0, 1) * 255 for level, width in WINDOWS]
    picture = cv2.resize(np.stack(channels, -1), (size, size), interpolation=cv2.INTER_LINEAR)
    row = [
        os.path.basename(path)[:-4], ds.PatientID, ds.StudyInstanceUID, ds.SeriesInstanceUID,
        *[float(x) for x in ds.ImagePositionPatient], *[float(x) for x in ds.ImageOrientationPatient],
        ds.Rows, ds.Columns, ds.BitsStored, hashlib.sha256(ds.PixelData).hexdigest(),
    ]
    return path, np.rint(picture).astype(np.uint8), row


def sample(root, size, processes):
    labels = {}
    with open(os.path.join(root, "stage_2_train.csv")) as table:
        for name, value in csv.reader(table):
            if name.startswith("ID_") and name.count("_") == 2:
                slice_id, label = name.rsplit("_", 1)
                labels.setdefault(slice_id, {})[label] = float(value)
    paths = [
        os.path.join(folder, name)
        for part in ("stage_2_train", "stage_2_test")
        for folder, _, names in os.walk(os.path.join(root, part))
        for name in sorted(names)
    ]
    tasks = [(path, size) for path in paths]
    with tempfile.TemporaryDirectory() as out:
        pool = Pool(processes) if processes > 1 else None
        made = pool.imap(make, tasks, chunksize=8) if pool else map(make, tasks)
        rows = []
        with open(os.path.join(out, "shards.bin"), "wb") as shards:
            for path, picture, row in made:
                if picture is None:
                    continue
                shards.write(picture.tobytes())
                rows.append((row, labels.get(row[0])))
        # In anatomical order: along the normal.
        normal = lambda row: np.cross(row[7:10], row[10:13])
        rows.sort(key=lambda of: (of[0][3], float(np.dot(normal(of[0]), of[0][4:7]))))
        with open(os.path.join(out, "index.csv"), "w", newline="") as table:
            writer = csv.writer(table)
            for row, of in rows:
                writer.writerow([*row, *(of or {}).values()])
        if pool:
            pool.close()
            pool.join()
    return len(rows)


def decode(path, count):
    """Least processor time of a frame in milliseconds: other programs change it least."""
    from pydicom.pixels import get_decoder
    ds = pydicom.dcmread(path, force=True)
    decoder = get_decoder(ds.file_meta.TransferSyntaxUID)
    plugin = "pylibjpeg" if "pylibjpeg" in decoder.available_plugins else ""
    times = []
    for _ in range(count + 1):
        start = time.process_time()
        decoder.as_array(ds, index=0, decoding_plugin=plugin)
        times.append(1000 * (time.process_time() - start))
    return times[1:]


before, _ = use()
began = time.perf_counter()
if sys.argv[1] == "sample":
    found = {"slices": sample(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))}
else:
    found = {"times": decode(sys.argv[2], int(sys.argv[3]))}
wall = time.perf_counter() - began
cpu, peak = use()
versions = {"pydicom": pydicom.__version__, "NumPy": np.__version__, "OpenCV": cv2.__version__}
print(json.dumps({**found, "wall": wall, "cpu": cpu - before, "peakBytes": peak, "versions": versions}))
