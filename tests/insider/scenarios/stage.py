# SPDX-License-Identifier: Apache-2.0
"""The stage of a scenario: an office that the real program made, dishonest hands, and honest eyes.

    from stage import Stage
    stage = Stage(__file__)          a copy of the office (office.py), in a folder of its own
    stage.run("NAME", 0, "L-001", "case", "list")     amana as that person; its exit status
    stage.says("NAME", "text")       in what the last command printed; says_not
    stage.sign(stage.bought, spec)   a slot with keys that somebody holds, by no rule of ours
    stage.done()

Each check prints "ok NAME" or "not ok NAME". The words of people's own cards count as read out;
those of keys that somebody else made for their code do not.
"""
import atexit
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import acts  # noqa: E402, F401
import age  # noqa: E402
import encode  # noqa: E402
import office  # noqa: E402
import sealing  # noqa: E402
import writer  # noqa: E402
from acts import AUDIT  # noqa: E402

SECRET = re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}")

LARGE = 20000  # bytes from which the real age is used: ours, in Python, is slow
in_python = (age.seal, age.unseal)


def run_age(arguments, data):
    """The real age; an error is a ValueError, as of ours."""
    done = subprocess.run(["age", *arguments], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.decode(errors="replace"))
    return done.stdout


def seal(points, plain, random):
    """age.seal."""
    if len(plain) < LARGE:
        return in_python[0](points, plain, random)
    return run_age([x for p in points for x in ("-r", encode.recipient_of_point(p))], plain)


def unseal(secret, data):
    """age.unseal."""
    if len(data) < LARGE:
        return in_python[1](secret, data)
    if age.file_key_of(data[: data.index(b"\n--- ") + 4], secret) is None:
        raise ValueError("not for that identity")
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(encode.identity(secret) + "\n")
        file.flush()
        return run_age(["-d", "-i", file.name], data)


age.seal, age.unseal = seal, unseal
NAMES = {"founder": "A-001", "bought": "A-002", "lead": "L-001", "lead2": "L-002",
         "reader": "R-001", "reader2": "R-002", "depositor": "S-001", "auditor": "U-001",
         "card": "C-001", "x1": "X-001", "x2": "X-002"}


class Ran:
    """What one command did."""

    def __init__(self, done):
        self.exit, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.text = " ".join((done.stdout + " " + done.stderr).split())

    @property
    def json(self):
        """Its document, or {}."""
        try:
            return json.loads(self.out)
        except ValueError:
            return {}


class Stage:
    """A vault with its people, and what the dishonest ones know."""

    def __init__(self, path):
        self.name = pathlib.Path(path).stem
        self.failed, self.verdicts, self.last, self.n_taken = 0, {}, None, 0
        self.top = pathlib.Path(tempfile.mkdtemp(prefix=f"amana-{self.name}."))
        atexit.register(shutil.rmtree, self.top, ignore_errors=True)
        made = os.environ.get("AMANA_OFFICE")
        if made is None:
            made = self.top / "office"
            office.build(made)
        shutil.copytree(made, self.top / "now", symlinks=True)
        self.place = self.top / "now"
        self.vault = self.place / "vault"
        self.notes = json.loads((self.place / "notes.json").read_text())
        self.members = {code: writer.open_identity(text)
                        for code, text in self.notes["identities"].items()}
        for name, code in NAMES.items():
            setattr(self, name, self.members[code])
        self.files, self.office = {}, office  # what an executor would put under lines/
        self.hk1, self.hk2, self.hk9 = (self.notes["cases"][c] for c in ("HK-1", "HK-2", "HK-9"))
        self.rings = {ring: [bytes.fromhex(x) for x in secrets]
                      for ring, secrets in self.notes["rings"].items()}

    # ---- checks

    def ok(self, name, good, *why):
        """One line; why is shown if it is not good."""
        print(f"{'ok' if good else 'not ok'} {self.name}: {name}", flush=True)
        if not good:
            self.failed += 1
            for text in why or ([self.last.out, self.last.err] if self.last else []):
                for line in str(text).splitlines()[:14]:
                    print(f"  | {line}", flush=True)
        return good

    def known(self, name, good, *why):
        """What does not hold yet, and is reported (README.md): fails until it does."""
        return self.ok(name if good else f"{name} [KNOWN, see README.md]", good, *why)

    def run(self, name, exit_, code, *args, **env):
        """An honest person's command; what it printed stays for says()."""
        self.last = office.amana(self.place, code, *args, **env)
        self.ok(f"{name}" if self.last.exit == exit_ else f"{name} (exit {self.last.exit}, "
                f"not {exit_})", self.last.exit == exit_)
        return self.last

    def start(self, code, *args, **env):
        """The same in the background."""
        return office.amana(self.place, code, *args, wait=False, **env)

    def answer(self, process, pipe, text):
        """Gives the text to whoever opens the pipe to read, again and again, until it ends."""
        while process.poll() is None:
            try:
                fd = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.05)
                continue
            os.write(fd, text.encode())
            os.close(fd)
            time.sleep(0.05)

    def finish(self, name, exit_, process):
        """What it came to."""
        out, err = process.communicate(timeout=120)
        done = subprocess.CompletedProcess([], process.returncode, out, err)
        self.last = Ran(done)
        self.ok(name if done.returncode == exit_ else f"{name} (exit {done.returncode}, not "
                f"{exit_})", done.returncode == exit_)

    def quiet(self, code, *args, **env):
        """What has to work for the rest to mean anything."""
        ran = office.amana(self.place, code, *args, **env)
        if ran.exit != 0:
            self.last = ran
            self.ok(f"prepare: {code} {' '.join(map(str, args))} (exit {ran.exit})", False)
            sys.exit(1)
        return ran

    def says(self, name, *texts):
        """The last command printed all of these, somewhere; line breaks count as spaces."""
        for text in texts:
            self.ok(name if len(texts) == 1 else f"{name}: {text}", text in self.last.text)

    def says_not(self, name, *texts):
        """The last command printed none of these."""
        self.ok(name, not any(text in self.last.text for text in texts))

    def log_is_ok(self, *args, by="R-001", exit_=0, name=None):
        """`verify` finds no damage; what it printed stays for says()."""
        return self.run(name or f"the log verifies{' ' if args else ''}{' '.join(args)}", exit_,
                        by, "verify", *args)

    def void(self, name, slot, by="R-001"):
        """An honest person's verify says of a slot that it counts for nothing, and whose it is."""
        self.last = office.amana(self.place, by, "verify")
        text = f"batch {self.number(slot)} signed by {self.signer(slot)} counts for nothing"
        self.ok(name, self.last.exit == 0 and text in self.last.text)

    def cannot_open(self, name, member, *marks):
        """These keys open nothing of the store that holds one of the texts or names."""
        opened = self.reach(member)
        found = [m for m in marks if any(m.encode() in x for x in opened.values()) or m in opened]
        self.ok(name, not found, f"{member.code} opens: {found}")

    def opens(self, name, member, *marks):
        """The control: these keys do."""
        opened = self.reach(member)
        missing = [m for m in marks if not (any(m.encode() in x for x in opened.values()) or
                                            m in opened)]
        self.ok(name, not missing, f"{member.code} does not open: {missing}")

    def done(self):
        """The exit status of the scenario."""
        sys.exit(1 if self.failed else 0)

    # ---- dishonest hands

    def take(self):
        """The store's log as it stands, to be continued."""
        slots = writer.read_store(str(self.vault))
        self.n_taken += 1
        log = writer.take_over(slots, f"{self.name}/{self.n_taken}", self.verdicts)
        log.rings = {AUDIT: [], **{ring: list(x) for ring, x in self.rings.items()}}
        log.now = int(time.time()) - writer.STEP
        return log

    def put(self, log):
        """Writes the last slot of a log into the store, and what was sealed for it."""
        for name, data in {**log.files, **self.files}.items():
            if not (self.vault / name).exists():
                self.write(name, data)
        number = len(log.slots) - 1
        self.verdicts[number] = log.slots[-1].verdict
        self.rings = {ring: list(x) for ring, x in log.rings.items()}
        self.write(encode.slot_name(number), log.slots[-1].data)
        return log.slots[-1]

    def write(self, name, data):
        """Bytes in the store, whatever is there."""
        path = self.vault / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() or path.exists():
            os.chmod(path, 0o600) if not path.is_symlink() else None
            path.unlink()
        path.write_bytes(data)

    def sign(self, actor, *specs, log=None, verdict=writer.VALID, **bent):
        """Signs one slot and puts it at the log's end; gives the Slot."""
        log = log or self.take()
        log.add(actor, specs, verdict, **bent)
        return self.put(log)

    def forbid(self, name, actor, *specs, log=None, by="R-001", **bent):
        """Signs a slot that must be void, and looks whether it is."""
        slot = self.sign(actor, *specs, log=log, verdict=writer.VOID, **bent)
        self.void(name, slot, by)
        return slot

    def number(self, slot):
        """The number of a slot."""
        return int(slot.data.split(b"\n", 2)[1])

    def signer(self, slot):
        """Who signed it."""
        return slot.data.split(b"\n\n", 1)[1].split(b" ")[1].decode()

    def last_slot(self):
        """The number of the store's last slot."""
        return len(writer.read_store(str(self.vault))) - 1

    def fake(self, code, generation=9):
        """Other keys under somebody's code, made by somebody else."""
        return writer.Member.of(f"fake/{self.name}", code, generation)

    def key_file(self, log, ring, *members, secrets=None, **more):
        """A key file of these secrets of a ring (all, if not given), for these members."""
        return sealing.key_file(log, ring, [m.recipient for m in members], secrets, **more)

    def epoch(self, log, ring, *members):
        """The entry of a ring's next epoch, and its key file for these members."""
        recipient = log.new_ring(ring)
        number = log.state.epochs.get(ring, 0) + 1
        keys = self.key_file(log, ring, *members, secrets=log.rings[ring][-1:], first=number)
        if number == 1:
            return recipient, keys
        return acts.epoch(ring, recipient, keys)

    def open_case(self, actor, lead, code="-"):
        """A case that somebody opens for a lead; gives its ID."""
        log = self.take()
        ident = log.new_id()
        ring = log.new_ring(ident)
        keys = self.key_file(log, ident, lead, code=code)
        self.sign(actor, acts.case(ident, ring, lead, keys), log=log)
        return ident

    def appoint(self, actor, ident, lead):
        """An appointment, and the new lead's first epoch for the holders given by `beside`."""
        log = self.take()
        empty = self.key_file(log, ident, lead, secrets=[])
        return self.sign(actor, acts.grant(ident, lead, "lead", empty), log=log)

    def plant(self, actor, ident, data, name="photo.jpg", **more):
        """A deposit with all that belongs to it; gives the Slot and the exhibit's ID."""
        log = self.take()
        _, exhibit = sealing.plant(log, actor, ident, data, name, **more)
        return self.put(log), exhibit

    def slots_with(self, action, actor=None):
        """Numbers of the valid slots in which an entry has this action."""
        found = []
        for i, slot in enumerate(self.take().slots[1:], 1):
            texts = [e.split(b"\n") for e in slot.entries]
            if any(t[4] == action.encode() and actor in (None, t[3].decode()) for t in texts):
                found.append(i)
        return found

    def object_path(self, name):
        """Where an object lies."""
        return self.vault / f"objects/{name[:2]}/{name}"

    def secret_of(self, exhibit):
        """The exhibit's identity, which its depositor and all readers have."""
        _, data = self.sheet_of(exhibit)
        for secrets in self.rings.values():
            for secret in secrets:
                try:
                    found = SECRET.search(age.unseal(secret, data))
                except ValueError:
                    continue
                if found:
                    return encode.bech32_bytes(found[0].decode())
        raise ValueError("nobody's ring opens it")

    def reseal(self, exhibit, text):
        """Seals another text under an exhibit's own key, in the object's place."""
        plain = text + bytes(sealing.padme(len(text)) - len(text))
        point = encode.bech32_bytes(writer.recipient_of(self.secret_of(exhibit)))
        name = self.object_of(exhibit)
        self.write(f"objects/{name[:2]}/{name}", age.seal([point], plain, os.urandom))

    def mounted(self, code, case, exit_=0):
        """Mounts a case; gives its files by name, or None where there is no FUSE."""
        folder = self.home(code) / "mnt"
        folder.mkdir(exist_ok=True)
        if not os.environ.get("AMANA_FUSE"):
            print(f"skip {self.name}: a mount (no FUSE here)")
            return None
        self.run("it is mounted", exit_, code, "mount", case, folder, "--reason", "hearing")
        return {p.name[5:]: p for p in (folder / case).iterdir()}

    def eventually(self, is_so, seconds=20):
        """Waits until it is so; says whether it came to be."""
        for _ in range(seconds * 2):
            if is_so():
                return True
            time.sleep(0.5)
        return False

    def unmounted(self, code):
        """Ends that mount."""
        self.run("it is unmounted", 0, code, "unmount", "--now", self.home(code) / "mnt")

    def reads(self, path, size=65536):
        """What comes out of a file until it ends or fails, and whether it failed."""
        out = b""
        try:
            with open(path, "rb", buffering=0) as file:
                while data := file.read(size):
                    out += data
        except OSError:
            return out, True
        return out, False

    # ---- what the log says, for those who know where to look

    def entries(self, action=None, subject=None):
        """(slot, lines) of the entries of the valid slots, with this action and subject."""
        for i, slot in enumerate(self.take().slots):
            for entry in slot.entries:
                lines = entry.decode().split("\n")
                if action in (None, lines[4]) and subject in (None, lines[5]):
                    yield i, lines

    def exhibits(self, case):
        """The exhibits of a case, in order."""
        return [x[5][8:] for _, x in self.entries("deposit") if x[7] == f"case {case}"]

    def object_of(self, exhibit):
        """Its object's HASH."""
        _, lines = next(self.entries("deposit", f"exhibit {exhibit}"))
        return next(x[7:] for x in lines if x.startswith("object "))

    def sheets_of(self, exhibit):
        """The slot of its deposit, and the HASHes of the sheets that the deposit names."""
        slot, lines = next(self.entries("deposit", f"exhibit {exhibit}"))
        return slot, [x[6:] for x in lines if x.startswith("sheet ")]

    def sheet_of(self, exhibit):
        """The HASH and the bytes of its own sheet, which is sealed to the case's ring alone."""
        slot, names = self.sheets_of(exhibit)
        sheets = {encode.name_of(x): x for x in self.bundle_of(slot)}
        own = min((n for n in names if n in sheets), key=lambda n: age.stanzas(sheets[n]))
        return own, sheets[own]

    def bundle_of(self, slot):
        """The sheets of a slot's bundle, as it lies in the store."""
        name = self.take().state.bundles[slot]
        return sealing.split_bundle((self.vault / f"lines/{name[:2]}/{name}").read_bytes())

    def naming(self, stored):
        """A deposit, with nothing else, that names an object of somebody else's."""
        log = self.take()
        return acts.deposit(log.new_id(), self.hk1, stored)

    def disposal(self, exhibit, leaf="0" * 64, more_of=None):
        """The disposal of an exhibit, with its bundle rewritten; more_of: another's sheets too."""
        log, blanks, renamed = self.take(), [], []
        for one in (exhibit, more_of):
            if one is None:
                continue
            slot, names = self.sheets_of(one)
            shared = [x for i, e in self.entries("deposit") if i == slot and
                      e[5] != f"exhibit {one}" for x in e if x in [f"sheet {n}" for n in names]]
            mine = [n for n in names if f"sheet {n}" not in shared]
            blanks += mine
            kept = [b"" if encode.name_of(x) in mine else x for x in self.bundle_of(slot)]
            data = sealing.bundle(kept, rewritten=log.random(32))
            new = encode.name_of(data)
            self.files[f"lines/{new[:2]}/{new}"] = data
            renamed.append((slot, log.state.bundles[slot], new))
        return acts.dispose(exhibit, leaf, renamed, blanks)

    def erasure(self, exhibit, subject=None, leaf="0" * 64):
        """The erasure of an exhibit's own sheet, as an act of the exhibit or of its case."""
        log = self.take()
        slot, own = self.sheets_of(exhibit)[0], self.sheet_of(exhibit)[0]
        kept = [b"" if encode.name_of(x) == own else x for x in self.bundle_of(slot)]
        data = sealing.bundle(kept, rewritten=log.random(32))
        new = encode.name_of(data)
        self.files[f"lines/{new[:2]}/{new}"] = data
        return acts.erase(subject or f"exhibit {exhibit}", leaf,
                          [(slot, log.state.bundles[slot], new)], {own: "-"})

    def save(self):
        """The store as it is, for load()."""
        kept = self.top / f"kept-{self.n_taken}-{time.monotonic_ns()}"
        shutil.copytree(self.vault, kept, symlinks=True)
        return kept, dict(self.verdicts)

    def load(self, saved):
        """Puts a store back that was saved; what people's machines know stays."""
        shutil.rmtree(self.vault)
        shutil.copytree(saved[0], self.vault, symlinks=True)
        self.verdicts = dict(saved[1])

    def cut(self, count):
        """Takes the last slots away."""
        last = self.last_slot()
        for number in range(last, last - count, -1):
            (self.vault / encode.slot_name(number)).unlink()
            self.verdicts.pop(number, None)

    def stranger(self):
        """Somebody who never saw this vault; gives the name of that home."""
        self.home("nobody").mkdir(exist_ok=True)
        (self.home("nobody") / "pass").write_text("none\n")
        return "nobody"

    def file(self, code, name):
        """What somebody's home has under a name."""
        return (self.home(code) / name).read_bytes()

    def home(self, code):
        """The folder of a person."""
        return self.place / "people" / code

    def words(self, code):
        """The fingerprint of a person's own card."""
        return office.card_print(self.home(code) / f"{code}.card")

    def person(self, code):
        """One more identity."""
        made = office.Builder.__new__(office.Builder)
        made.place, made.identities = self.place, {}
        made.person(code)
        self.members[code] = writer.open_identity(made.identities[code])
        return self.members[code]

    # ---- what keys open

    def reach(self, member):
        """All that age makes of the store with a member's keys, by name of object or sheet."""
        sealed = {}
        for path in (self.vault / "objects").rglob("*"):
            if path.is_file():
                sealed[path.name] = path.read_bytes()
        for path in (self.vault / "lines").rglob("*"):
            if path.is_file():
                sealed.update((encode.name_of(x), x)
                              for x in sealing.split_bundle(path.read_bytes()) if x)
        keys, opened, fresh = set(), {}, {member.secret}
        while fresh:
            keys |= fresh
            for name in list(sealed):
                for secret in fresh:
                    try:
                        opened[name] = age.unseal(secret, sealed[name])
                    except ValueError:
                        continue
                    del sealed[name]
                    break
            found = {encode.bech32_bytes(x.decode()) for data in opened.values()
                     for x in SECRET.findall(data)}
            fresh = found - keys
        return opened
