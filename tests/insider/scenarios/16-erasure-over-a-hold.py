# SPDX-License-Identifier: Apache-2.0
"""What is on hold is not erased: not the exhibit, not its case, and no one alone lifts the hold."""
from stage import Stage, acts

stage = Stage(__file__)
one, two = stage.exhibits(stage.hk1)[:2]
stage.sign(stage.lead, acts.hold(f"exhibit {one}", "set"))
by_exhibit, by_case = stage.erasure(one), stage.erasure(two, f"case {stage.hk1}")
stage.forbid("an erasure of it is not proposed", stage.lead, acts.propose(by_exhibit))
stage.forbid("nor one of its case", stage.lead, acts.propose(by_case))
free = acts.hold(f"exhibit {one}", "release")
stage.forbid("nobody lifts the hold alone", stage.lead, free)
leaf = stage.sign(stage.lead, acts.propose(free)).leaves[0]
stage.sign(stage.bought, acts.approve(free.subject, leaf))
leaf = stage.sign(stage.lead, acts.propose(stage.erasure(one))).leaves[0]
stage.sign(stage.bought, acts.approve(f"exhibit {one}", leaf))
stage.sign(stage.lead, acts.hold(f"exhibit {one}", "set"))
stage.forbid("a hold set after the approval counts", stage.lead, stage.erasure(one, leaf=leaf))
stage.forbid("for a disposal, too", stage.lead, acts.propose(stage.disposal(one)))
stage.run("it is all there", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.run("with its lines", 0, "R-001", "show", "HK-1/1")
stage.says("as they were", "statement.txt")
stage.done()
