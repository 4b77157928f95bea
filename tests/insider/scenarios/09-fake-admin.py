# SPDX-License-Identifier: Apache-2.0
"""One admin with two codes: they are no standing lead, and what they do is marked as one hand."""
from stage import Stage, acts

stage = Stage(__file__)
other = stage.fake("A-009")
stage.sign(stage.bought, acts.enrol(other, "admin"))
_, exhibit = stage.plant(stage.depositor, stage.hk1, b"evidence against somebody")
act = stage.disposal(exhibit)
leaf = stage.sign(stage.bought, acts.propose(act)).leaves[0]
stage.forbid("he does not approve of himself", stage.bought, acts.approve(act.subject, leaf))
stage.forbid("nor do two admins dispose of what a case has", other, acts.approve(act.subject, leaf))
stage.forbid("nor without approval", other, stage.disposal(exhibit, leaf))
stage.run("the exhibit is still there", 0, "R-001", "retrieve", "HK-1/3", "-o", "x", "--reason",
          "y")
stage.sign(stage.bought, acts.policy("two-person on"))
role = acts.role(stage.x1, "+admin")
leaf = stage.sign(stage.bought, acts.propose(role)).leaves[0]
stage.sign(other, acts.approve(role.subject, leaf))
stage.log_is_ok()
stage.says("what the two may do is marked", "ONE HAND: the role in batch", "proposed by A-002",
           "approved by A-009", "A-002 alone stands behind the keys of both")
stage.cannot_open("the second code opens nothing", other, "Statement of V-003", "Title of HK-1")
stage.done()
