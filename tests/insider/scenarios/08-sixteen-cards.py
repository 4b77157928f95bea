# SPDX-License-Identifier: Apache-2.0
"""An admin enrols all the cards that there may be: the 17th is void, and an honest one gets in."""
from stage import Stage, acts

stage = Stage(__file__)
fakes = [stage.fake(f"C-{i:03}") for i in range(101, 117)]
stage.sign(stage.bought, *(acts.enrol(m, "recovery") for m in fakes[:15]))
stage.forbid("the 17th card", stage.bought, acts.enrol(fakes[15], "recovery"))
stage.cannot_open("they open nothing", fakes[0], "Statement of V-003", "Title of HK-1")
stage.person("C-002")
stage.run("the office's own card is one too many", 4, "A-001", "--yes", "member", "add",
          stage.home("C-002") / "C-002.card", "--role", "recovery", "--fingerprint",
          stage.words("C-002"))
stage.says("which is said", "there are 16 recovery cards already")
stage.run("until an admin ends one of those", 0, "A-001", "--yes", "member", "revoke", "C-101",
          "--reason", "nobody knows whose it is")
stage.run("then it is enrolled", 0, "A-001", "--yes", "member", "add",
          stage.home("C-002") / "C-002.card", "--role", "recovery", "--fingerprint",
          stage.words("C-002"))
stage.log_is_ok("--bytes")
stage.done()
