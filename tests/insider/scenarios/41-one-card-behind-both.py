# SPDX-License-Identifier: Apache-2.0
"""One card makes two admins, who propose to each other: one hand, and void."""
from stage import Stage, acts

stage = Stage(__file__)
card, one, two = stage.fake("C-009"), stage.fake("A-007"), stage.fake("A-008")
stage.sign(stage.bought, acts.enrol(card, "recovery"))
stage.sign(card, acts.enrol(one, "admin"))
stage.sign(card, acts.enrol(two, "admin"))
stage.quiet("A-001", "policy", "two-person", "on")
role = acts.role(stage.x1, "+admin")
leaf = stage.sign(one, acts.propose(role)).leaves[0]
stage.forbid("his second code does not approve", two, acts.approve(role.subject, leaf))
stage.forbid("nor the card", card, acts.approve(role.subject, leaf))
for action in (acts.format_(2), acts.revoke(stage.founder)):
    leaf = stage.sign(one, acts.propose(action)).leaves[0]
    stage.forbid(f"nor {action.action}", two, acts.approve(action.subject, leaf))
stage.run("nobody became an admin by that", 0, "R-001", "--json", "member", "list")
stage.ok("by the list", [m["roles"] for m in stage.last.json["members"]
                         if m["member"] == "X-001"] == [[]])
stage.done()
