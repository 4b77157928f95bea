# SPDX-License-Identifier: Apache-2.0
"""An admin proposes, enrols the other admin again under keys of his own, and approves himself."""
from stage import Stage, acts

stage = Stage(__file__)
role = acts.role(stage.x1, "+admin")
stage.quiet("A-001", "policy", "two-person", "on")
leaf = stage.sign(stage.bought, acts.propose(role)).leaves[0]
fake = stage.fake("A-001")
stage.forbid("alone he enrols no admin again", stage.bought, acts.enrol(fake))
again = stage.sign(stage.bought, acts.propose(acts.enrol(fake))).leaves[0]
stage.forbid("nor approves it himself", stage.bought,
             acts.approve(f"member {fake.code}", again))
stage.run("the other admin sees what waits", 0, "A-001", "approve", "list")
stage.says("by whom", "A-002")
stage.run("the other admin is its subject, and answers nothing", 4, "A-001", "approve", "sign",
          again)
stage.says("which is said", "it is about A-001, who answers nothing")
stage.run("but refuses the role", 0, "A-001", "approve", "refuse", leaf)
stage.forbid("which is then closed", stage.bought, acts.approve(role.subject, leaf))
stage.run("nobody became an admin", 0, "R-001", "member", "list", "--json")
stage.ok("by the list", all("admin" not in m["roles"] for m in stage.last.json["members"]
                            if m["member"].startswith("X-")))
stage.log_is_ok()
stage.says_not("and nobody's keys were replaced", "replaced keys")
stage.done()
