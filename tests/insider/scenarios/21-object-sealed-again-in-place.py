# SPDX-License-Identifier: Apache-2.0
"""A depositor or reader, who has an exhibit's key, seals other bytes into the place of its
object.
"""
from stage import Stage

stage = Stage(__file__)
exhibit = stage.exhibits(stage.hk1)[1]
true = stage.office.LONG
false = true[:80000] + true[80000:].replace(b"long statement", b"lost statement")
path = stage.object_path(stage.object_of(exhibit))
good = path.read_bytes()


def nothing_wrong_comes_out(when):
    """No command hands out a byte that is not the statement's."""
    stage.run(f"{when}: a retrieve fails", 5, "R-001", "retrieve", "HK-1/2", "-o", "out",
              "--reason", "x")
    stage.says(f"{when}: which is said", "TAMPERED")
    stage.ok(f"{when}: nothing comes out", not (stage.home("R-001") / "out").exists())
    files = stage.mounted("R-001", "HK-1")
    if files is None:
        return
    out, failed = stage.reads(files["long.txt"])
    stage.ok(f"{when}: reading it fails", failed)
    stage.ok(f"{when}: and gives no wrong byte", true.startswith(out), out[:40])
    stage.unmounted("R-001")


stage.reseal(exhibit, false)
nothing_wrong_comes_out("never read before")
stage.write(str(path.relative_to(stage.vault)), good)
stage.run("the good one comes out", 0, "R-001", "retrieve", "HK-1/2", "-o", "good", "--reason", "x")
stage.ok("as it was", stage.file("R-001", "good") == true)
stage.reseal(exhibit, false)
nothing_wrong_comes_out("after a check that passed")
stage.run("and anybody's verify finds it", 5, stage.stranger(), "verify", "--bytes")
stage.says("by name", "FAIL objects", path.name[:16])
stage.done()
