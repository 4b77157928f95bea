# SPDX-License-Identifier: Apache-2.0
"""An auditor opens acts, and no source: neither a deposit's nor one that is told later."""
from stage import Stage

stage = Stage(__file__)
(stage.home("L-001") / "statement.txt").write_bytes(stage.office.STATEMENT)
stage.quiet("L-001", "--yes", "deposit", "HK-1", "statement.txt", "--source", "phone of V-003")
stage.run("the case's people read it", 0, "R-001", "custody", "HK-1/1")
stage.says("as it was told", "phone of V-003")
stage.cannot_open("the auditor's keys do not open it", stage.auditor, "phone of V-003",
                  "source of statement.txt")
stage.opens("control: a reader's do", stage.reader, "phone of V-003", "source of statement.txt")
stage.run("nor does the auditor's client show it", 0, "U-001", "custody", f"id:{stage.hk1}")
stage.says_not("anywhere", "phone of V-003", "source of")
stage.says("but the act", "presented-again")
stage.done()
