# SPDX-License-Identifier: Apache-2.0
"""The words are compared, then other keys are enrolled before the grant's slot is in place."""
import os

from stage import Stage, acts

stage = Stage(__file__)
pipe = stage.place / "pipe"
os.mkfifo(pipe)
words = (stage.place / "fingerprints").read_text()
lead = stage.start("L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as", "reader",
                   words=f"@{pipe}")
with open(pipe, "w", encoding="ascii") as file:  # it asks: what the person had read out
    fake = stage.fake("L-002")
    stage.sign(stage.bought, acts.enrol(fake))
    file.write(words)
stage.answer(lead, pipe, words)
stage.finish("the grant is not made", 7, lead)
stage.says("since the keys are others now", "L-002 has been given other keys meanwhile")
stage.run("and not afterwards", 4, "L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as",
          "reader")
stage.says("since the words are not theirs", "these are not the words of L-002's keys")
stage.cannot_open("the other keys open nothing", fake, "Statement of V-003", "Title of HK-1")
stage.run("nothing was granted", 0, "L-001", "--json", "case", "show", "HK-1")
stage.ok("by the list", "L-002" not in [g["member"] for g in stage.last.json["grants"]])
stage.done()
