# SPDX-License-Identifier: Apache-2.0
"""While two-person is off, an admin with two codes can raise the format: what was is still
verified.
"""
from stage import Stage, acts

stage = Stage(__file__)
other = stage.fake("A-009")
act = acts.format_(2)
stage.forbid("never alone", stage.bought, act)
stage.sign(stage.bought, acts.enrol(other, "admin"))
leaf = stage.sign(stage.bought, acts.propose(act)).leaves[0]
stage.forbid("nor by approving oneself", stage.bought, acts.approve("vault", leaf))
slot = stage.sign(other, acts.approve("vault", leaf))
stage.run("verify says up to where it verified", 0, "R-001", "verify")
stage.says("with the head, and by one hand", f"batch {stage.number(slot)} raised the format",
           f"with head {slot.head}", "ONE HAND: the format")
stage.ok("and that it is not complete", stage.quiet("R-001", "--json", "verify").json["complete"]
         is False)
stage.done()
