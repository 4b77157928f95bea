# SPDX-License-Identifier: Apache-2.0
"""Between a proposal and its approval the subject's keys are exchanged: the proposal lapses."""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("A-001", "policy", "two-person", "on")
stage.run("one admin proposes an honest person", 9, "A-001", "member", "role", "L-002", "--add",
          "admin")
leaf = stage.take().slots[-1].leaves[0]
fake = stage.fake("L-002")
stage.sign(stage.bought, acts.enrol(fake))
stage.run("it waits no more", 0, "A-002", "--json", "approve", "list")
stage.ok("for anybody", leaf not in stage.last.out)
stage.run("and cannot be signed", 4, "A-002", "approve", "sign", leaf)
stage.says("which is said", "the proposal has lapsed: L-002 has other keys")
stage.forbid("by no client", stage.bought, acts.approve("member L-002", leaf))
stage.run("the other keys are no admin's", 0, "R-001", "--json", "member", "list")
stage.ok("by the list", [m["roles"] for m in stage.last.json["members"]
                         if m["member"] == "L-002"] == [[]])
stage.done()
