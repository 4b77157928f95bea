# SPDX-License-Identifier: Apache-2.0
"""Who disposes of an exhibit of his own blanks nothing else: by sheet, by bundle, by a copy's
name.
"""
from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)
mine = stage.exhibits(stage.hk9)[0]
theirs = stage.exhibits(stage.hk1)[0]
right = stage.disposal(mine)
others = stage.disposal(theirs)
wrong = stage.disposal(mine, more_of=theirs)
stage.forbid("by naming their sheet in the proposal", stage.bought, acts.propose(wrong))
leaf = stage.sign(stage.bought, acts.propose(right)).leaves[0]
stage.forbid("he does not approve himself", stage.bought, acts.approve(right.subject, leaf))
leaf = stage.sign(stage.founder, acts.propose(right)).leaves[0]
stage.sign(stage.bought, acts.approve(right.subject, leaf))
stage.forbid("by naming it in the act alone", stage.bought, stage.disposal(mine, leaf, theirs))
stage.forbid("by their bundle", stage.bought,
             stage.disposal(mine, leaf).but(own=tuple(
                 x for x in stage.disposal(mine, leaf).own if not x.startswith("bundle")) +
                 tuple(x for x in stage.disposal(theirs).own if x.startswith("bundle"))))
log = stage.take()
sheet, data = stage.sheet_of(theirs)
nonce, copy = log.new_id(), log.new_id()
act = sealing.sheet(log, [sealing.ring(log, "audit")],
                    [sealing.custody(log, nonce, stage.hk9, stage.bought, "deposit")])
spec = acts.deposit(copy, stage.hk9, stage.object_of(theirs)).with_lines(
    "content", "custody", sheets=[sheet, encode.name_of(act)])
name = sealing.keep(log, "lines", sealing.bundle([data, act]))
stage.sign(stage.bought, spec, log=log, nonce=nonce, bundle=name)
by_copy = stage.disposal(copy)
leaf = stage.sign(stage.founder, acts.propose(by_copy)).leaves[0]
stage.sign(stage.bought, acts.approve(by_copy.subject, leaf))
stage.sign(stage.bought, stage.disposal(copy, leaf))
stage.run("a copy's disposal leaves the sheet that it copied", 0, "R-001", "retrieve", "HK-1/1",
          "-o", "x", "--reason", "y")
stage.ok("with its object", stage.file("R-001", "x") == stage.office.STATEMENT)
stage.log_is_ok(name="and the log verifies")
stage.done()
