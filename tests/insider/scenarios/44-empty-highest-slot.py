# SPDX-License-Identifier: Apache-2.0
"""An empty file at the highest number that a slot can have, and one at the next."""
import time

from stage import Stage
import encode

stage = Stage(__file__)
stage.write(encode.slot_name(stage.last_slot() + 1), b"")
for name, code, exit_, *args in (("a stranger's verify", stage.stranger(), 5, "verify"),
                                 ("status", "R-001", 5, "status"),
                                 ("custody", "R-001", 5, "custody", "HK-1/1")):
    began = time.monotonic()
    stage.run(f"the next: {name} ends", exit_, code, *args)
    stage.ok(f"the next: {name} at once", time.monotonic() - began < 10)
    stage.says(f"the next: {name} says where it is", "batch 25 is")
stage.says("custody is shown, all of it", "1 of 1")
stage.run("nothing goes on record", 5, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "t")
stage.says("and it says who can mend it", "log skip")
stage.run("an admin passes over it", 0, "A-001", "log", "skip", "25", "--reason", "an empty file")
stage.run("then all goes on", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "t")
stage.log_is_ok()
stage.says("and it stays listed", "was damaged and is passed over, by batch 26 signed by A-001")
for far in ("log/999/999/999/999", "log/999/999/999/998"):
    stage.write(far, b"")
    began = time.monotonic()
    stage.run("far: a stranger's verify ends", 5, stage.stranger(), "verify")
    stage.ok("far: at once", time.monotonic() - began < 10)
    stage.says("far: it takes the next for missing", "FAIL log: batch 28 is missing")
    stage.run("far: nothing goes on record", 5, "L-001", "--yes", "deposit", "HK-1", "pass")
    stage.says("far: and the file is named", far, "whoever runs the store")
    stage.run("far: an admin uses up no numbers", 5, "A-001", "log", "skip", "28", "--reason", "x")
    stage.says("far: by a skip", far, "would use up the log's numbers")
    stage.run("far: custody is shown", 5, "R-001", "custody", "HK-1/1")
    stage.says("far: all of it", "1 of 1")
    (stage.vault / far).unlink()
stage.log_is_ok("--bytes", name="far: once it is taken away, all is well")
stage.run("for everybody", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "u")
stage.done()
