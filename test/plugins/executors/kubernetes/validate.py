"""Holds manifests (a JSON list on standard input) to the published schemas of the versions that are named; prints what is wrong."""

import json
import sys

import kubernetes_validate

for manifest in json.load(sys.stdin):
    for version in sys.argv[1:]:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            print(f"{manifest['kind']} {version} {'.'.join(map(str, error.path))}: {error.message[:300]}")
