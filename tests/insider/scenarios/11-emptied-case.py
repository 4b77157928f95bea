# SPDX-License-Identifier: Apache-2.0
"""An admin empties a case of leads and appoints an accomplice: a lead of what comes, till
confirmed.
"""
from stage import Stage, acts

stage = Stage(__file__)
stage.sign(stage.bought, acts.ungrant(stage.hk1, stage.lead))
stage.appoint(stage.bought, stage.hk1, stage.x1)
log = stage.take()
stage.sign(stage.x1, stage.epoch(log, stage.hk1, stage.x1, stage.reader, stage.reader2), log=log)
name = f"id:{stage.hk1}"
stage.cannot_open("he opens nothing of before", stage.x1, "Statement of V-003", "Title of HK-1")
stage.run("the depositor is asked for his words", 2, "S-001", "--yes", "deposit", "HK-1", "pass",
          words="")
stage.forbid("he ends no grant of a standing lead", stage.x1, acts.ungrant(stage.hk1, stage.reader))
log = stage.take()
keys = stage.key_file(log, stage.hk1, stage.reader, secrets=log.rings[stage.hk1][-1:], first=3)
stage.forbid("nor replaces one", stage.x1, acts.grant(stage.hk1, stage.reader, "depositor", keys),
             log=log)
log = stage.take()
keys = stage.key_file(log, stage.hk1, stage.x2, secrets=log.rings[stage.hk1][-1:], first=3)
stage.sign(stage.x1, acts.grant(stage.hk1, stage.x2, "reader", keys), log=log)
again = acts.grant(stage.hk1, stage.x1, "lead", "0" * 64)
stage.forbid("who has his grant does not confirm him", stage.x2, again)
stage.forbid("nor who appointed him", stage.bought, again)
log = stage.take()
keys = stage.key_file(log, stage.hk1, stage.x1, secrets=log.rings[stage.hk1][-1:], first=3)
stage.sign(stage.x1, acts.grant(stage.hk1, stage.x1, "lead", keys), log=log)
exhibit = stage.exhibits(stage.hk1)[0]
act = stage.disposal(exhibit)
leaf = stage.sign(stage.x1, acts.propose(act)).leaves[0]
stage.forbid("the two dispose of nothing", stage.bought, acts.approve(act.subject, leaf))
free = acts.hold(f"exhibit {exhibit}", "release")
stage.sign(stage.x1, acts.hold(f"exhibit {exhibit}", "set"))
leaf = stage.sign(stage.x1, acts.propose(free)).leaves[0]
stage.forbid("nor release anything from hold", stage.bought, acts.approve(free.subject, leaf))
stage.log_is_ok(name="granting himself again makes him no more")
stage.says("than provisional", "X-001 leads case id:" + stage.hk1 + " PROVISIONALLY")
stage.run("the reader reads on", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.run("and sees what happened", 0, "R-001", "status")
stage.says("at a glance", "a PROVISIONAL lead: amana case confirm")
stage.run("an honest admin ends that", 0, "A-001", "--yes", "case", "revoke", name, "X-001",
          "--reason", "nobody confirmed", "--last-lead", name)
stage.run("and appoints the lead of before", 0, "A-001", "--yes", "case", "grant", name, "L-001",
          "--as", "lead")
stage.run("whom a reader confirms", 0, "R-001", "case", "confirm", "HK-1", "L-001")
stage.run("who leads as before", 0, "L-001", "--yes", "case", "grant", "HK-1", "S-001", "--as",
          "depositor")
stage.run("and ends what the accomplice granted", 0, "L-001", "--yes", "case", "revoke", "HK-1",
          "X-002", "--reason", "an accomplice")
stage.log_is_ok()
stage.says_not("nobody leads provisionally then", "PROVISIONALLY")
stage.done()
