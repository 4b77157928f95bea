# SPDX-License-Identifier: Apache-2.0
"""Who executes a disposal drops another exhibit's sheet, too: it is found, and his name is on
it.
"""
from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)
for name in ("one.txt", "two.txt"):
    (stage.home("S-001") / name).write_text(f"text of {name}\n")
stage.quiet("S-001", "--yes", "deposit", "HK-1", "one.txt", "two.txt")
one, two = stage.exhibits(stage.hk1)[2:]
slot, _ = stage.sheets_of(one)
old = stage.take().state.bundles[slot]
act = stage.disposal(one)
leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
stage.sign(stage.bought, acts.approve(act.subject, leaf))
other, _ = stage.sheet_of(two)
gone = [x[6:] for x in act.own if x.startswith("blank ")]
kept = [b"" if encode.name_of(x) in gone + [other] else x for x in stage.bundle_of(slot)]
data = sealing.bundle(kept, rewritten=b"r" * 32)
new = encode.name_of(data)
stage.write(f"lines/{new[:2]}/{new}", data)
wrong = acts.dispose(one, leaf, [(slot, old, new)], gone)
done = stage.sign(stage.bought, wrong)
stage.run("verify finds what is missing", 5, stage.stranger(), "verify", "--bytes")
stage.says("in which bundle", "FAIL bundles", "rewritten since", "is blank, and no entry says so")
stage.run("the other exhibit is listed", 0, "R-001", "list", "HK-1")
old_file = stage.vault / f"lines/{old[:2]}/{old}"
stage.ok("the bundle of before stays where it is", old_file.exists())
stage.ok("and its sheet is found there", "two.txt" in stage.last.text)
stage.done()
