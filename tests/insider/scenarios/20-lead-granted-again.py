# SPDX-License-Identifier: Apache-2.0
"""An accomplice grants a standing lead again, so that he be provisional: a provisional lead
cannot.
"""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as", "lead")
log = stage.take()
keys = stage.key_file(log, stage.hk1, stage.lead2)
stage.forbid("not an admin while there is a lead", stage.bought,
             acts.grant(stage.hk1, stage.lead2, "lead", keys), log=log)
stage.sign(stage.bought, acts.ungrant(stage.hk1, stage.lead), acts.ungrant(stage.hk1, stage.lead2))
stage.appoint(stage.bought, stage.hk1, stage.x1)
log = stage.take()
stage.forbid("nor an appointed lead", stage.x1,
             acts.grant(stage.hk1, stage.reader, "lead", stage.key_file(log, stage.hk1,
                                                                        stage.reader)), log=log)
stage.run("the readers' grants are as they were", 0, "R-001", "--json", "case", "show", "HK-1")
stage.ok("as reader", [g["as"] for g in stage.last.json["grants"]
                       if g["member"] == "R-001"] == ["reader"])
stage.run("and confirm whom they know", 4, "R-001", "case", "confirm", "HK-1", "X-001",
          words=stage.words("L-001"))
stage.done()
