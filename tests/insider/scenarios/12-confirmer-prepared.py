# SPDX-License-Identifier: Apache-2.0
"""An admin has himself made a reader first, and later confirms what an admin of his own
appoints.
"""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("L-001", "--yes", "case", "grant", "HK-1", "A-002", "--as", "reader")
other = stage.fake("A-009")
stage.sign(stage.bought, acts.enrol(other, "admin"))
stage.sign(other, acts.ungrant(stage.hk1, stage.lead))
stage.appoint(other, stage.hk1, stage.x1)
confirm = acts.grant(stage.hk1, stage.x1, "lead", "0" * 64)
stage.run("who enrolled the signer confirms nobody", 4, "A-002", "case", "confirm", "HK-1", "X-001")
stage.forbid("with no client", stage.bought, confirm)
stage.sign(other, acts.ungrant(stage.hk1, stage.x1))
stage.appoint(other, stage.hk1, stage.lead2)
stage.forbid("not of an honest lead either: he is behind the appointment", stage.bought,
             acts.grant(stage.hk1, stage.lead2, "lead", "0" * 64))
stage.log_is_ok()
stage.says("the case is led provisionally", "L-002 leads case", "PROVISIONALLY",
           "made lead by A-009")
stage.done()
