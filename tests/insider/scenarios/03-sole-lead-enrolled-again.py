# SPDX-License-Identifier: Apache-2.0
"""An admin enrols the only lead again, and appoints the keys that he made: a lead of nothing."""
from stage import Stage, acts

stage = Stage(__file__)
fake = stage.fake("L-001")
stage.sign(stage.bought, acts.enrol(fake))
stage.run("the case takes no deposits", 4, "S-001", "--json", "--yes", "deposit", "HK-1", "pass")
stage.ok("and says why", stage.last.json["error"]["reason"] == "no-lead")
stage.run("everybody's status says so", 0, "U-001", "status")
stage.says("loudly", "NO LEAD 1 of the vault's cases")
stage.appoint(stage.bought, stage.hk1, fake)
log = stage.take()
stage.sign(fake, stage.epoch(log, stage.hk1, fake, stage.reader), log=log)
stage.run("the depositor is asked for this lead's words", 2, "S-001", "--yes", "deposit", "HK-1",
          "pass", words="")
stage.says("by an option", "--lead-fingerprint")
stage.run("and the person's own words are others", 4, "S-001", "--yes", "deposit", "HK-1", "pass")
stage.says("so that nothing is sealed", "these are not the words of L-001's keys",
           "nothing was sealed")
stage.cannot_open("the appointed keys open nothing of before", fake, "Statement of V-003",
                  "Title of HK-1")
stage.run("the reader reads on", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.run("and is shown whom the case has", 0, "R-001", "status")
stage.says("as what", "a PROVISIONAL lead", "NEW KEYS L-001", "enrolled by A-002")
stage.log_is_ok()
stage.says("verify names all of it", "L-001 leads case id:" + stage.hk1 + " PROVISIONALLY",
           "made lead by A-002", "confirmed by nobody", "replaced keys: L-001 has other keys")
stage.run("nor does the reader confirm these keys", 4, "R-001", "case", "confirm", "HK-1",
          "L-001")
stage.says("by the person's own words", "these are not the words of L-001's keys")
stage.done()
