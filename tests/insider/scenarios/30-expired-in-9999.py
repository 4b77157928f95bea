# SPDX-License-Identifier: Apache-2.0
"""Grants expire by those who may end them, not by a date that anybody writes."""
from stage import Stage, acts

stage = Stage(__file__)
late = "9999-12-31T23:59:59Z"
end = acts.expire(stage.hk1, stage.reader)
stage.forbid("not by an auditor", stage.auditor, end, time=late)
stage.forbid("not by another reader", stage.reader2, end, time=late)
stage.forbid("not by a depositor", stage.depositor, end, time=late)
stage.forbid("not before its date", stage.bought, end)
stage.sign(stage.auditor, acts.record("vault"), time=late)
stage.run("one act of that year moves no honest clock", 0, "L-001", "case", "list")
stage.says_not("no clock is doubted", "clock")
stage.run("nor does it end a grant", 0, "L-001", "--json", "case", "show", "HK-1")
stage.ok("of those with a date", {g["member"] for g in stage.last.json["grants"]} ==
         {"L-001", "R-001", "R-002", "S-001"})
stage.sign(stage.bought, end, time=late)
stage.run("an admin who might end it anyway has ended it", 0, "L-001", "case", "show", "HK-1")
stage.log_is_ok(by="L-001")
stage.run("and that stands at its slot", 0, "L-001", "custody", "HK-1")
stage.says("with its year", "9999-12-31")
stage.done()
