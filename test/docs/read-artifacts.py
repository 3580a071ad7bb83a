"""What docs/artifacts.md says, read by pandas, safetensors and a parser of TFRecord: python read-artifacts.py RUN PAGE. Prints one line of JSON."""

import json
import struct
import sys
from pathlib import Path

import numpy
import pandas
from safetensors.numpy import load_file

run = Path(sys.argv[1])
artifacts = json.loads((run / "run.json").read_text())["artifacts"]
folder = lambda id: run.parent.parent / "store" / artifacts[id]["stage"] / artifacts[id]["key"]
LABELS = ["epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural", "any"]

# CRC-32C by its definition (RFC 3720, B.4): reflected, polynomial 0x82f63b78.
TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def masked(data):
    crc = 0xFFFFFFFF
    for one in data:
        crc = TABLE[(crc ^ one) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(file):
    data = file.read_bytes()
    at = 0
    while at < len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        assert masked(data[at : at + 8]) == crc, file
        at += 12
        record = data[at : at + length]
        (crc,) = struct.unpack_from("<I", data, at + length)
        assert masked(record) == crc, file
        at += length + 4
        yield record


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 2:
            length, at = varint(data, at)
            yield key >> 3, data[at : at + length]
            at += length
        else:
            assert key & 7 == 0, key
            value, at = varint(data, at)
            yield key >> 3, value


def example(record):
    """tf.train.Example { features = 1 { map feature = 1 { key = 1, value = 2 { bytes_list = 1, int64_list = 3 } } } }"""
    found = {}
    for _, features in fields(record):
        for _, entry in fields(features):
            entry = dict(fields(entry))
            for kind, values in fields(entry[2]):
                if kind == 1:
                    found[entry[1].decode()] = [value for _, value in fields(values)]
                else:
                    numbers = []
                    for _, packed in fields(values):
                        if isinstance(packed, int):
                            numbers.append(packed)
                            continue
                        at = 0
                        while at < len(packed):
                            number, at = varint(packed, at)
                            numbers.append(number)
                    found[entry[1].decode()] = numbers
    return found


def logistic(values):
    return 1 / (1 + numpy.exp(-values.astype(numpy.float64)))


table = lambda path: pandas.read_csv(path, keep_default_na=False, na_values={"": []})
predictions = table(run / "predictions.csv")
flagged = table(run / "flagged.csv")
patients = table(run / "patients.csv")
index = pandas.read_csv(folder("index") / "slices.csv")
facts = json.loads((folder("shards") / "shards.json").read_text())
shards = [one for part in sorted(folder("shards").glob("part-*.tfrecord")) for one in map(example, records(part))]
vectors = load_file(folder("embed") / "embeddings.safetensors")["embeddings"]
logits = load_file(folder("predict:sequence") / "logits.safetensors")["logits"]
network = json.loads((folder("backbone") / "network.json").read_text())
weights = load_file(folder("backbone") / "weights.safetensors")

assert predictions["slice"].tolist() == index["slice"].tolist()
assert list(predictions.columns[7:13]) == LABELS and (predictions[LABELS].dtypes == "float64").all()
assert abs(logistic(logits) - predictions[LABELS].to_numpy()).max() < 1e-12
assert [one["slice"][0].decode() for one in shards] == index["slice"].tolist()
size, channels = facts["size"], facts["channels"]
for one, row in zip(shards, index.itertuples()):
    image = numpy.frombuffer(one["image"][0], numpy.uint8).reshape(one["height"] + one["width"] + one["channels"])
    assert image.shape == (size, size, len(channels)) and image.any()
    assert [name.decode() for name in one["channel-names"]] == channels
    if "labels" in one:
        assert one["labels"] == [int(getattr(row, label)) for label in LABELS]
    else:
        assert pandas.isna(row.any)
assert table(folder("embed") / "embeddings.csv")["slice"].tolist() == index["slice"].tolist()
assert vectors.dtype == numpy.float32 and vectors.shape == (len(index), network["embedding"])
assert {name: list(one.shape) for name, one in weights.items()} == {one["name"]: one["shape"] for one in network["weights"]}
assert set(flagged["slice"]) == set(predictions["slice"][(predictions[LABELS] > 0.3).any(axis=1)])

# Each column that there is stands in the page, as code.
page = Path(sys.argv[2]).read_text()
for name, one in {"predictions.csv": predictions, "flagged.csv": flagged, "patients.csv": patients, "slices.csv": index}.items():
    for column in one.columns:
        assert column in LABELS or f"`{column}`" in page, f"{name}: {column}"
for feature in shards[0]:
    assert f"`{feature}`" in page, feature
print(json.dumps({"slices": len(index), "shards": len(shards), "weights": len(weights), "flagged": len(flagged), "patients": len(patients)}))
