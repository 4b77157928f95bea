# SPDX-License-Identifier: Apache-2.0
"""An admin enrols a recovery card of his own: it holds no ring, and grants nothing where a
lead is.
"""
from stage import Stage, acts

stage = Stage(__file__)
card = stage.fake("C-009")
stage.sign(stage.bought, acts.enrol(card, "recovery"))
stage.forbid("it grants itself nothing", card, acts.grant(stage.hk1, card, "recovery", "0" * 64))
stage.forbid("nor appoints where a lead is", card, acts.grant(stage.hk1, stage.x1, "lead",
             "1" * 64))
log = stage.take()
stage.forbid("nor makes an epoch", card, stage.epoch(log, stage.hk1, card), log=log)
log = stage.take()
stage.forbid("nor one of the audit ring", card, stage.epoch(log, "audit", card), log=log)
stage.run("the lead works on", 0, "L-001", "--yes", "case", "rekey", "HK-1")
stage.run("and deposits", 0, "L-001", "--yes", "deposit", "HK-1", "pass", "--title", "later on")
stage.cannot_open("the card opens nothing", card, "Statement of V-003", "Title of HK-1", "later on")
stage.run("a lead who hands it keys compares its words", 4, "L-001", "--yes", "case", "grant",
          "HK-1", "C-009", "--as", "recovery")
stage.cannot_open("still nothing", card, "Statement of V-003", "Title of HK-1", "later on")
stage.run("everybody sees the card", 0, "L-001", "member", "list")
stage.says("by its role", "C-009 recovery")
stage.done()
