# SPDX-License-Identifier: Apache-2.0
"""One receipt for two texts: the digest of one, the blocks of another. Neither comes out."""
import hashlib
import time

from stage import Stage
import sealing

stage = Stage(__file__)
one = stage.office.LONG.replace(b"long", b"true")
two = stage.office.LONG.replace(b"long", b"lies")
stage.plant(stage.depositor, stage.hk1, two, "a.txt",
            lie={"sha256": hashlib.sha256(one).hexdigest()})
stage.plant(stage.depositor, stage.hk1, two, "b.txt", lie={"blocks": sealing.blocks(one)})
files = stage.mounted("R-001", "HK-1")
if files is not None:
    out, failed = stage.reads(files["b.txt"])
    stage.ok("the blocks of another: a mount gives nothing", failed and out == b"", out[:30])
    out, failed = stage.reads(files["a.txt"])
    stage.ok("the digest of another: what comes out is what the blocks bind", two.startswith(out))
    time.sleep(4)  # the first reader's check waits until nobody reads
    stage.ok("after the first reader's check no longer", stage.reads(files["a.txt"])[1])
    stage.unmounted("R-001")
stage.plant(stage.depositor, stage.hk1, two, "c.txt", lie={"blocks": None})
for number, what in ((3, "the digest"), (4, "the blocks"), (5, "no blocks")):
    stage.run(f"{what} of another: no retrieve", 5, "R-001", "retrieve", f"HK-1/{number}", "-o",
              "x",
              "--reason", "y")
    stage.says(f"{what} of another: and who signed it", "S-001")
    stage.ok(f"{what} of another: nothing is left", not (stage.home("R-001") / "x").exists())
events = stage.run("custody has it", 0, "L-001", "--json", "custody", "HK-1/3").json["events"]
stage.ok("the failed check is on record", not files or ("R-001", "check-failed") in
         [(e["actor"], e["event"]) for e in events], events)
stage.run("verify of the contents says it", 5, "R-001", "verify", "HK-1", "--contents")
stage.done()
