# SPDX-License-Identifier: Apache-2.0
"""A lead grants to hundreds: 256 read a case and no more, and its keys can still be made anew."""
from stage import Stage, acts
import writer

stage = Stage(__file__)
crowd = [writer.Member.of("crowd", f"M-{i:03}") for i in range(254)]
stage.sign(stage.bought, *(acts.enrol(m) for m in crowd))
log = stage.take()
keys = log.new_hash()
stage.sign(stage.lead, *(acts.grant(stage.hk1, m, "reader", keys) for m in crowd[:253]), log=log)
stage.forbid("the 257th reader", stage.lead, acts.grant(stage.hk1, crowd[253], "reader", keys))
stage.forbid("in one slot, all of it is void", stage.lead,
             acts.grant(stage.hk1, crowd[253], "depositor", "0" * 64),
             acts.grant(stage.hk1, stage.x1, "reader", "0" * 64))
stage.run("the lead makes new keys for all of them", 0, "L-001", "--yes", "case", "rekey", "HK-1")
stage.run("and the reader reads on", 0, "R-001", "list", "HK-1")
stage.sign(stage.lead, acts.ungrant(stage.hk1, crowd[0]))
stage.run("one goes", 0, "L-001", "list", "HK-1")
stage.run("one comes", 0, "L-001", "--yes", "case", "grant", "HK-1", "X-002", "--as", "reader")
stage.done()
