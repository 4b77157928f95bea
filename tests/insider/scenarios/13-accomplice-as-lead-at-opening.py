# SPDX-License-Identifier: Apache-2.0
"""An admin opens a case for an accomplice: its leads' words come before the first deposit."""
from stage import Stage, acts

stage = Stage(__file__)
ident = stage.open_case(stage.bought, stage.x1, "HK-3")
log = stage.take()
stage.sign(stage.x1, stage.epoch(log, ident, stage.x1), log=log)
log = stage.take()
keys = stage.key_file(log, ident, stage.depositor, secrets=[], code="HK-3")
stage.sign(stage.x1, acts.grant(ident, stage.depositor, "depositor", keys), log=log)
stage.run("a deposit asks for the words of a lead whom one has not met", 2, "S-001", "--yes",
          "deposit", "HK-3", "pass", words="")
stage.says("by an option", "--lead-fingerprint")
stage.run("which are not those of anybody else", 4, "S-001", "--yes", "deposit", "HK-3", "pass",
          words=stage.words("L-001"))
stage.says("and nothing was sealed", "these are not the words of X-001's keys: nothing was sealed")
early = stage.open_case(stage.bought, stage.x2, "HK-4")
log = stage.take()
keys = stage.key_file(log, early, stage.depositor, secrets=[], code="HK-4")
stage.sign(stage.x2, acts.grant(early, stage.depositor, "depositor", keys), log=log)
stage.run("keys that the opener made are not used at all", 4, "S-001", "--json", "--yes",
          "deposit", "HK-4", "pass")
stage.ok("and that is said", stage.last.json["error"]["reason"] == "no-lead")
stage.done()
