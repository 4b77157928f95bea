# SPDX-License-Identifier: Apache-2.0
"""The log is cut, and `restored` is signed by an admin who was made after the cut."""
from stage import Stage, acts

stage = Stage(__file__)
lost = stage.take()
last, head = len(lost.slots) - 1, lost.head
kept = stage.save()
stage.cut(6)
fresh = stage.fake("A-009")
log = stage.take()
stage.sign(stage.founder, acts.enrol(fresh, "admin"), log=log)
act = acts.restored(last, head)
leaf = stage.sign(fresh, acts.propose(act)).leaves[0]
stage.sign(stage.bought, acts.approve("vault", leaf))
stage.run("who knew the history does not follow", 5, "L-001", "list", "HK-1")
stage.says("and is shown both sides", head)
stage.run("nor does a depositor", 5, "S-001", "--yes", "deposit", "HK-1", "pass")
stage.run("verify says what it is", 5, "R-001", "verify")
stage.says("by the pin", "this machine has verified batch", head)
stage.load(kept)
stage.cut(6)
stage.sign(stage.bought, acts.restored(last, head), verdict="void")
stage.run("nor one admin of the two that there were", 5, "L-001", "list", "HK-1")
stage.load(kept)
stage.run("the history itself is still good", 0, "L-001", "list", "HK-1")
stage.done()
