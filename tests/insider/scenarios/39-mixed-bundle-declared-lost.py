# SPDX-License-Identifier: Apache-2.0
"""The bundle of two exhibits is declared lost for one of them: the other's failure stays one."""
from stage import Stage, acts

stage = Stage(__file__)
for name in ("one.txt", "two.txt"):
    (stage.home("S-001") / name).write_text(f"text of {name}\n")
stage.quiet("S-001", "--yes", "deposit", "HK-1", "one.txt", "two.txt")
one, two = stage.exhibits(stage.hk1)[2:]
slot, _ = stage.sheets_of(one)
name = stage.take().state.bundles[slot]
(stage.vault / f"lines/{name[:2]}/{name}").unlink()
for exhibit, exit_, what in ((one, 5, "one of two: verify fails"), (two, 5, "each alone")):
    act = acts.lost(f"exhibit {exhibit}", "0" * 64, [name])
    stage.forbid(f"{what}: not without a second person", stage.lead, act)
    leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
    stage.sign(stage.founder, acts.approve(act.subject, leaf))
    stage.sign(stage.lead, acts.lost(act.subject, leaf, [name]))
    stage.run(what, exit_, stage.stranger(), "verify", "--bytes")
act = acts.lost(f"case {stage.hk1}", "0" * 64, [name])
leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
stage.sign(stage.founder, acts.approve(act.subject, leaf))
stage.sign(stage.lead, acts.lost(act.subject, leaf, [name]))
stage.run("for the whole case it is no failure", 0, stage.stranger(), "verify", "--bytes")
stage.says("and is listed with its signers", "LOST", "by L-001")
stage.done()
