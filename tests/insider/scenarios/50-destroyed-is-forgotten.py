# SPDX-License-Identifier: Apache-2.0
"""What was destroyed goes from what people's programs remember, too: the next look at the log
takes it out of the catalogue, of readers and of whoever deposited it.
"""
import json

from stage import Stage, acts

stage = Stage(__file__)
one, two = stage.exhibits(stage.hk1)[:2]


def listed(by):
    """Names, by number, as this person's program knows them."""
    ran = stage.run(f"{by} lists", 0, by, "--json", "list", "HK-1")
    return {x["number"]: x["name"] for x in ran.json["exhibits"]}


for by in ("R-001", "L-001", "S-001"):
    stage.ok(f"{by} has the name at hand", listed(by)[1] == "statement.txt", json.dumps(listed(by)))
stage.run("and finds it by a word", 0, "R-001", "search", "statement")
stage.says("the exhibit", "HK-1/1")
stage.quiet("R-001", "custody", "HK-1/1")
act = stage.disposal(one)
leaf = stage.sign(stage.lead, acts.propose(act)).leaves[0]
stage.sign(stage.bought, acts.approve(act.subject, leaf))
stage.sign(stage.bought, stage.disposal(one, leaf))
for by in ("R-001", "L-001", "S-001"):
    names = listed(by)
    stage.ok(f"{by} has it no more", names[1] is None, json.dumps(names))
    stage.says_not("nor anything else of it", "statement.txt", "source of statement.txt")
    stage.ok(f"{by} has the other", names[2] == "long.txt", json.dumps(names))
stage.run("no word finds it", 0, "R-001", "--json", "search", "statement")
stage.says_not("neither", "HK-1/1")
stage.run("its chain stays", 0, "R-001", "custody", "HK-1/1")
stage.says("with the disposal", "dispose")

leaf = stage.sign(stage.lead, acts.propose(stage.erasure(two))).leaves[0]
stage.sign(stage.bought, acts.approve(f"exhibit {two}", leaf))
stage.sign(stage.lead, stage.erasure(two, leaf=leaf))
for by in ("R-001", "S-001"):
    names = listed(by)
    stage.ok(f"{by} has no name that was erased", names[2] is None, json.dumps(names))
    stage.says_not("nor anything else of it", "long.txt")
stage.run("nor is it opened", 3, "R-001", "retrieve", "HK-1/2", "-o", "x", "--reason", "y")
stage.says("and that is no damage", "erased")
stage.says_not("nobody is blamed", "TAMPERED", "tampered")
stage.run("its chain stays", 0, "R-001", "custody", "HK-1/2")
for args in ((), ("--bytes",), ("HK-1", "--contents")):
    stage.log_is_ok(*args, by="L-001")
stage.says("and says what cannot be opened", "1 exhibit cannot be opened any more")
stage.done()
