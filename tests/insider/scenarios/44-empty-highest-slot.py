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
far = "log/999/999/999/999"
stage.write(far, b"")
began = time.monotonic()
stage.run("the highest: a stranger's verify ends", 5, stage.stranger(), "verify")
stage.ok("the highest: at once", time.monotonic() - began < 10)
stage.says("the highest: it takes the next for missing", "FAIL log: batch 28 is missing")
stage.run("the highest: nobody is stopped", 0, "L-001", "--yes", "deposit", "HK-1", "pass",
          "--title", "later on")
stage.run("the highest: nor held up", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
(stage.vault / far).unlink()
stage.log_is_ok("--bytes", name="the highest: once it is taken away, all is well")
stage.done()
