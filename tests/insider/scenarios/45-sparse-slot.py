# SPDX-License-Identifier: Apache-2.0
"""A slot of 15 TiB, which costs its maker nothing: 16 MiB and a byte of it are read."""
import os
import time

from stage import Stage
import encode

stage = Stage(__file__)
path = stage.vault / encode.slot_name(stage.last_slot() + 1)
path.write_bytes(b"")
try:
    os.truncate(path, 15 << 40)
except OSError:
    os.truncate(path, 1 << 40)
for name, exit_, code, args in (("verify", 5, stage.stranger(), ["verify", "--bytes"]),
                                ("status", 5, "R-001", ["status"]),
                                ("a skip", 0, "A-001", ["log", "skip", "25", "--reason", "x"]),
                                ("what follows", 0, "R-001", ["list", "HK-1"]),
                                ("verify then", 0, stage.stranger(), ["verify", "--bytes"])):
    began = time.monotonic()
    stage.run(f"{name} ends", exit_, code, *args)
    stage.ok(f"{name}: at once", time.monotonic() - began < 15)
stage.run("and the depositor deposits", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title",
          "t")
stage.done()
