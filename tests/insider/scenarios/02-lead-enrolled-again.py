# SPDX-License-Identifier: Apache-2.0
"""An admin enrols one of two leads again: the other goes on, and hands the new keys nothing."""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as", "lead")
fake = stage.fake("L-002")
stage.sign(stage.bought, acts.enrol(fake))
stage.run("the other lead goes on", 0, "L-001", "list", "HK-1")
stage.says("with new keys", "new keys for HK-1: epoch 3")
stage.run("and is warned", 0, "L-001", "status")
stage.says("by name", "NEW KEYS L-002", "enrolled by A-002")
stage.run("to grant again takes the words", 4, "L-001", "--yes", "case", "grant", "HK-1", "L-002",
          "--as", "lead")
stage.forbid("the other keys lead nothing", fake, acts.grant(stage.hk1, fake, "lead", "0" * 64))
stage.forbid("and make no epoch", fake,
             acts.epoch(stage.hk1, stage.take().new_ring(stage.hk1), "1" * 64))
stage.cannot_open("they open nothing of HK-1", fake, "Statement of V-003", "Title of HK-1")
stage.cannot_open("nor of HK-2, which that lead led alone", fake, "What HK-2 is about",
                  "Title of HK-2")
stage.done()
