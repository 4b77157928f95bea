# SPDX-License-Identifier: Apache-2.0
"""A reader names others' objects, and a key file, as exhibits of his own: it blocks and
removes nothing.
"""
from stage import Stage, acts

stage = Stage(__file__)
first = stage.exhibits(stage.hk1)[0]
thing = stage.object_of(first)
key_file = next(x[7:] for _, e in stage.entries("epoch") for x in e if x.startswith("object "))
slots = [stage.sign(stage.reader2, stage.naming(x)) for x in (thing, key_file)]
stage.run("the lead works on, and hears of it", 5, "L-001", "--yes", "deposit", "HK-1", "pass",
          "--title", "t")
stage.run("what was named comes out", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.ok("as it was", stage.file("R-001", "x") == stage.office.STATEMENT)
stage.log_is_ok()
stage.log_is_ok("--bytes", exit_=5)
stage.says("a key file is no exhibit, and who said so is named",
           f"(batch {stage.number(slots[1])} by R-002, about id:")
mine = stage.exhibits(stage.hk1)[2]
act = acts.dispose(mine, "0" * 64)
leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
stage.sign(stage.founder, acts.approve(act.subject, leaf))
stage.sign(stage.lead, acts.dispose(mine, leaf))
stage.run("the disposal of his takes nothing from others", 0, "R-001", "retrieve", "HK-1/1", "-o",
          "z", "--reason", "y")
bad = stage.exhibits(stage.hk1)[3]
act = acts.lost(f"exhibit {bad}", "0" * 64, [key_file])
leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
stage.sign(stage.founder, acts.approve(act.subject, leaf))
stage.sign(stage.lead, acts.lost(act.subject, leaf, [key_file]))
stage.log_is_ok("--bytes", name="once two people say that it never was one, verify goes on")
stage.says("and lists it with its signers", "LOST", "by L-001 and A-001")
stage.says_not("and the key file still opens", "FAIL")
stage.run("for everybody", 5, "R-001", "list", "HK-1")
stage.says("by name", "statement.txt", "that R-002 signed for in batch")
stage.done()
