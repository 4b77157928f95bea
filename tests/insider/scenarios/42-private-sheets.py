# SPDX-License-Identifier: Apache-2.0
"""A reader fills an exhibit's private sheets: the last ones are a lead's, and a disposal fits
them all.
"""
from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)
one = stage.exhibits(stage.hk1)[0]


def fill(member, count, forbidden=None):
    """A slot with so many entries that name one private sheet."""
    log = stage.take()
    here = {"exhibit": one, "object": stage.object_of(one), "recipient": "-"}
    line = sealing.line(log, "about", stage.hk1, member, **here, name="n", type="file")
    sheet = sealing.sheet(log, [sealing.ring(log, stage.hk1)], [line])
    spec = acts.record(f"exhibit {one}", stage.hk1).with_lines(
        "about", hashes=[encode.name_of(line)], private=encode.name_of(sheet))
    bundle = sealing.keep(log, "lines", sealing.bundle([sheet]))
    if forbidden:
        return stage.forbid(forbidden, member, *[spec] * count, log=log, bundle=bundle)
    return stage.sign(member, *[spec] * count, log=log, bundle=bundle)


fill(stage.reader2, 100)
fill(stage.reader2, 1, "a reader's 101st is void")
(stage.home("L-001") / "statement.txt").write_bytes(stage.office.STATEMENT)
(stage.home("R-001") / "statement.txt").write_bytes(stage.office.STATEMENT)
stage.run("a lead still says what has to be said", 0, "L-001", "--json", "--yes", "deposit", "HK-1",
          "statement.txt", "--source", "brought again")
stage.ok("of the same exhibit", [x["exhibit"] for x in stage.last.json["skipped"]] == ["HK-1/1"])
stage.run("the lead reads it", 0, "L-001", "custody", "HK-1/1")
stage.says("with its source", "brought again")
fill(stage.lead, 19)
fill(stage.lead, 1, "the 121st is void for a lead, too")
stage.run("the exhibit comes out", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.done()
