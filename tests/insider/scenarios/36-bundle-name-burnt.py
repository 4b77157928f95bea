# SPDX-License-Identifier: Apache-2.0
"""The name of a rewritten bundle is burnt before its disposal: another random end is another
name.
"""
from stage import Stage, acts

stage = Stage(__file__)
one = stage.exhibits(stage.hk1)[0]
right = stage.disposal(one)
leaf = stage.sign(stage.lead, acts.propose(right)).leaves[0]
stage.sign(stage.founder, acts.approve(right.subject, leaf))
meant = stage.disposal(one, leaf)
new = next(x.split()[3] for x in meant.own if x.startswith("bundle "))
log = stage.take()  # who sees the file in the store signs a slot with this name for a bundle ...
mine, sheet = log.new_id(), log.new_hash()
slot = stage.sign(stage.bought, acts.deposit(mine, stage.hk9, log.new_hash()).with_lines(
    "content", sheets=[sheet]), log=log, bundle=new)
number = stage.number(slot)
act = acts.dispose(mine, "0" * 64, [(number, new, "ab" * 32)], [sheet])
burn = stage.sign(stage.bought, acts.propose(act)).leaves[0]
stage.forbid("whose own disposal nobody approves for him", stage.bought,
             acts.approve(act.subject, burn))
burn = stage.sign(stage.founder, acts.propose(act)).leaves[0]
stage.sign(stage.bought, acts.approve(act.subject, burn))
stage.sign(stage.bought, acts.dispose(mine, burn, [(number, new, "ab" * 32)], [sheet]))
stage.forbid("... and disposes of it: the name is burnt", stage.lead, meant)
stage.sign(stage.lead, stage.disposal(one, leaf))
stage.log_is_ok(name="with another random end the disposal goes through")
stage.run("and the exhibit is disposed of", 3, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason",
          "y")
stage.done()
