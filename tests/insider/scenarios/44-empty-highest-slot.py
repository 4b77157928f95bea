# SPDX-License-Identifier: Apache-2.0
"""An empty file at the highest number that a slot can have, and one at the next."""
import time

from stage import Stage
import encode

stage = Stage(__file__)
kept = stage.save()
for number, what in ((999_999_999_999, "the highest"), (None, "the next")):
    stage.load(kept)
    place = stage.last_slot() + 1 if number is None else number
    name = encode.slot_name(place)
    stage.write(name, b"")
    began = time.monotonic()
    stage.run(f"{what}: a stranger's verify ends", 5, stage.stranger(), "verify")
    stage.ok(f"{what}: at once", time.monotonic() - began < 10)
    stage.says(f"{what}: and says where it is", "FAIL log: batch 25 is")
    stage.run(f"{what}: status works", 5, "R-001", "status")
    stage.says(f"{what}: and says so", "Last batch 24", "batch 25")
    stage.run(f"{what}: custody is shown", 5, "R-001", "custody", "HK-1/1")
    stage.says(f"{what}: all of it", "deposit")
    stage.run(f"{what}: nothing goes on record", 5, "S-001", "--yes", "deposit", "HK-1", "pass",
              "--title", "t")
    stage.says(f"{what}: and it says who can mend it", "log skip")
stage.run("an admin passes over the one at the next", 0, "A-001", "log", "skip", "25", "--reason",
          "an empty file")
stage.run("then all goes on", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "t")
stage.log_is_ok()
stage.says("and it stays listed", "passed over, by batch 26 signed by A-001")
stage.done()
