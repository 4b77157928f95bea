# SPDX-License-Identifier: Apache-2.0
"""A recovery card makes an admin, who makes an admin, who appoints: the card cannot confirm
that.
"""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("L-001", "--yes", "case", "grant", "HK-1", "C-001", "--as", "recovery")
first, second, lead = stage.fake("A-007"), stage.fake("A-008"), stage.fake("L-009")
stage.sign(stage.card, acts.enrol(first, "admin"))
stage.sign(first, acts.enrol(second, "admin"))
stage.sign(second, acts.enrol(lead))
stage.sign(second, acts.ungrant(stage.hk1, stage.lead))
stage.appoint(second, stage.hk1, lead)
stage.run("our client refuses", 4, "C-001", "case", "confirm", "HK-1", "L-009")
log = stage.take()
stage.forbid("and so does every other", stage.card,
             acts.grant(stage.hk1, lead, "lead", stage.key_file(log, stage.hk1, lead)), log=log)
stage.run("the reader sees a lead whom nobody confirmed", 0, "R-001", "status")
stage.says("as such", "a PROVISIONAL lead")
stage.done()
