# SPDX-License-Identifier: Apache-2.0
"""An admin whom others revoke answers no, has others answer no, and takes new keys: to no avail."""
from stage import Stage, acts

stage = Stage(__file__)
accomplice = stage.fake("A-009")
stage.sign(stage.bought, acts.enrol(accomplice, "admin"))
stage.quiet("A-001", "policy", "two-person", "on")
stage.run("one admin proposes it", 9, "A-001", "--yes", "member", "revoke", "A-002", "--reason",
          "bought", "--last-lead", f"id:{stage.hk9}")
leaf = stage.take().slots[-1].leaves[0]
stage.forbid("its subject answers nothing", stage.bought,
             acts.approve("member A-002", leaf, "no"))
stage.sign(accomplice, acts.approve("member A-002", leaf, "no"))
again = stage.bought.again()
stage.sign(stage.bought, acts.enrol(again, "admin"))
stage.run("it still waits", 0, "C-001", "--json", "approve", "list")
stage.ok("for a second hand", leaf in stage.last.out)
stage.run("which carries it out", 0, "C-001", "approve", "sign", leaf)
stage.run("he is revoked", 0, "R-001", "--json", "member", "list")
stage.ok("by the list", [m["revoked"] for m in stage.last.json["members"]
                         if m["member"] == "A-002"] == [True])
stage.forbid("and signs nothing", again, acts.enrol(stage.fake("X-009")))
stage.done()
