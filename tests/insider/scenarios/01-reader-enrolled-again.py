# SPDX-License-Identifier: Apache-2.0
"""An admin enrols a reader's code again, under keys of his own: nobody hands these a key."""
from stage import Stage, acts

stage = Stage(__file__)
fake = stage.fake("R-001")
stage.sign(stage.bought, acts.enrol(fake))
stage.run("the lead goes on", 0, "L-001", "list", "HK-1")
stage.says("and makes keys that the reader of before has not", "new keys for HK-1: epoch 3")
stage.run("the depositor too", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "later")
stage.cannot_open("the other keys open nothing of the case", fake, "Statement of V-003",
                  "line 000001", "later", "statement.txt", "Title of HK-1")
stage.run("the person's own words are not those of these keys", 4, "L-001", "--yes", "case",
          "grant", "HK-1", "R-001", "--as", "reader")
stage.says("and it is said that nothing passed", "these are not the words of R-001's keys",
           "nothing was sealed", "who enrolled them")
stage.run("without words nothing passes either", 2, "L-001", "--yes", "case", "grant", "HK-1",
          "R-001", "--as", "reader", words="")
stage.cannot_open("still nothing", fake, "Statement of V-003", "later")
stage.run("the members' list shows it", 0, "L-001", "member", "list")
stage.says("as replaced", "keys replaced")
stage.run("status says it", 0, "L-001", "status")
stage.says("by name", "NEW KEYS R-001, since", "enrolled by A-002: compare the words")
stage.log_is_ok(by="L-001")
stage.says("verify names who did it", "replaced keys: R-001 has other keys since",
           "enrolled by A-002")
stage.run("the reader herself is told", 4, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason",
          "hearing")
stage.done()
