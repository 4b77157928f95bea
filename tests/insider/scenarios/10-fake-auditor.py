# SPDX-License-Identifier: Apache-2.0
"""An admin makes an auditor of his own: the role opens nothing, and holders hand keys on by
hand.
"""
from stage import AUDIT, Stage, acts

stage = Stage(__file__)
fake = stage.fake("U-009")
stage.sign(stage.bought, acts.enrol(fake, "auditor"))
stage.quiet("L-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "a reason that is secret")
log = stage.take()
stage.forbid("he makes no epoch of the audit ring", fake, stage.epoch(log, AUDIT, fake), log=log)
stage.forbid("an admin admits nobody while the ring is held", stage.bought,
             acts.grant(AUDIT, fake, "auditor", None))
stage.forbid("not with keys either", stage.bought, acts.grant(AUDIT, fake, "auditor", "0" * 64))
stage.run("nor by our own client", 4, "A-002", "audit", "admit", "U-009", words="")
stage.run("the holders' commands hand nothing on", 0, "U-001", "status")
stage.quiet("A-001", "case", "list")
stage.quiet("U-001", "custody", f"id:{stage.hk1}")
stage.cannot_open("no act", fake, "a reason that is secret", "retrieve")
stage.run("a holder who admits him compares the words", 4, "U-001", "audit", "admit", "U-009")
stage.opens("control: the auditor reads the acts", stage.auditor, "a reason that is secret")
stage.cannot_open("but no auditor any exhibit", stage.auditor, "Statement of V-003",
                  "source of statement.txt", "Title of HK-1")
stage.done()
