#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each lint fails on what it is there for: a copy of the tree passes, and with one violation of each rule planted in a folder of
its own, deep below the others, the lint of that rule fails and names the file.

Nothing of the real tree is touched.  planted.sh runs this."""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */\n"
DEEP = "deep/deeper"


def code(text):
    return LICENCE + text


def function(name, body, before=""):
    return code("%s\nint\n%s(void)\n{\n%s}\n" % (before, name, body))


def calls(mine, other):
    """A file whose one function calls that of another."""
    return function(mine, "\treturn %s();\n" % other)


# Rule: file, what is in it, and what the lint has to name; None: the file.
PLANTS = {
    "layers.sh": {
        "an include upwards": ("vault/base/%s/upwards.c", code('#include "store/store.h"\n'), None),
        "an include of a folder of the same rank": ("vault/keys/%s/sideways.c", code('#include "store/store.h"\n'), None),
        "a family that includes a family": ("vault/flow/read/%s/family.h", code('#include "flow/mount/mount.h"\n'), None),
        "an include without a folder": ("vault/log/%s/bare.c", code('#include "pin.h"\n'), None),
        "a folder without a rank": ("vault/attic/%s/new.c", code('#include "base/buf.h"\n'), "vault/attic"),
        "libsodium outside crypto/": ("vault/object/%s/sodium.c", code("#include <sodium.h>\n"), None),
        "libcrypto outside crypto/": ("vault/custody/%s/digest.h", code("#include <openssl/evp.h>\n"), None),
        "SQLite outside catalog/": ("vault/session/%s/rows.c", code("#include <sqlite3.h>\n"), None),
        "libfuse outside fuse/": ("cli/%s/kernel.c", code("#include <fuse_lowlevel.h>\n"), None),
        "libcurl outside its backend": ("vault/flow/office/%s/net.c", code("#include <curl/curl.h>\n"), None),
        "a program that sees inside the library": ("fuse/%s/inside.c", code('#include "session/session.h"\n'), None),
        "shared/ that sees a program": ("shared/%s/upwards.c", code('#include "cli.h"\n'), None),
    },
    "circles.sh": {
        "a circle of two": ("vault/base/%s/two_a.c", calls("planted_two_a", "planted_two_b"), None),
        "the other of two": ("vault/base/%s/two_b.c", calls("planted_two_b", "planted_two_a"), None),
        "a circle of three": ("fuse/%s/three_a.c", calls("planted_three_a", "planted_three_b"), None),
        "the second of three": ("fuse/%s/three_b.c", calls("planted_three_b", "planted_three_c"), None),
        "the third of three": ("fuse/%s/three_c.c", calls("planted_three_c", "planted_three_a"), None),
        "a circle by a name that a macro pastes": (
            "vault/state/%s/paste_a.c",
            code("#define PLANTED(name) planted_##name()\n\nint\nplanted_paste_a(void)\n{\n\treturn PLANTED(paste_b);\n}\n"), None),
        "the other end of it": ("vault/state/%s/paste_b.c", calls("planted_paste_b", "planted_paste_a"), None),
        "a circle by a table": (
            "cli/%s/table_a.c", code("int (*const planted_table[])(void) = {planted_table_b};\n"), None),
        "the entry of that table": (
            "cli/%s/table_b.c", function("planted_table_b", "\treturn planted_table[0]();\n"), None),
    },
    "format.sh": {
        "another layout": ("vault/flow/read/%s/layout.c", code("int x( int a ) { return a ; }\n"), None),
        "a line that is too long": (
            "tests/unit/%s/wide.c", code("/* clang-format off */\nint planted(int %s);\n" % ("a" * 90)), None),
        "a line that tabs make too long": (
            "fuse/%s/tabs.c", code("/* clang-format off */\n%sint planted;\n" % ("\t" * 11)), None),
    },
    "statics.sh": {
        "a static of a file": ("vault/catalog/%s/file.c", code("static int planted_count;\n"), None),
        "a static with a value": ("cli/%s/value.c", code("static char planted_name[8] = \"x\";\n"), None),
        "a static of a function": ("vault/flow/mount/%s/inner.c", function("planted", "\tstatic int n;\n\n\treturn n++;\n"), None),
        "a static struct of a function": (
            "shared/%s/inner.c", function("planted", "\tstatic struct planted_pair pair = {0, 0};\n\n\treturn pair.a++;\n"), None),
        "an atomic static": ("fuse/%s/atomic.c", code("static _Atomic unsigned planted_seen;\n"), None),
        "a global": ("fuse/%s/global.c", code("struct planted_all planted_all;\n"), None),
        "a global array": ("vault/base/%s/array.c", code("uint8_t planted_bytes[64];\n"), None),
        "a pointer that can be changed, to what cannot": (
            "vault/log/%s/pointer.c", code("static const char *planted_last;\n"), None),
        "an array of such pointers": ("cli/%s/pointers.c", code("static const char *planted_lasts[4];\n"), None),
    },
    "size.sh": {
        "a file of 601 lines": ("vault/flow/verify/%s/long.c", LICENCE + "\n" * 600, None),
        "a test of 601 lines": ("tests/fault/%s/long.c", LICENCE + "\n" * 600, None),
    },
    "listed.sh": {
        "a test that nobody builds": ("tests/unit/%s/test_lost.c", code("int x;\n"), None),
    },
    "banned.sh": {
        "goto": ("vault/object/%s/jump.c", function("planted", "\tgoto out;\nout:\n\treturn 0;\n"), None),
        "malloc": ("vault/session/%s/heap.c", function("planted", "\treturn malloc(8) != NULL;\n"), None),
        "strcpy": ("cli/%s/copy.c", function("planted", "\tstrcpy(to, from);\n"), None),
        "system": ("fuse/%s/shell.c", function("planted", '\treturn system("true");\n'), None),
        "rand": ("vault/keys/%s/dice.c", function("planted", "\treturn rand();\n"), None),
        "a library that prints": ("vault/flow/chain/%s/print.c", function("planted", '\treturn printf("x");\n'), None),
        "a library that exits": ("vault/log/%s/leave.c", function("planted", "\texit(1);\n"), None),
        "a decision by a message": (
            "cli/%s/read.c", function("planted", '\treturn strstr(err->msg, "disk") != NULL;\n'), None),
        "atoi": ("shared/%s/number.c", function("planted", '\treturn atoi("1");\n'), None),
        "code without a licence line": ("vault/flow/office/%s/bare.c", "int x;\n", None),
        "a script without one": ("tests/cli/%s/bare.sh", "#!/bin/sh\n# Nothing.\nexit 0\n", None),
    },
    "counts.sh": {
        "a number before a plural": (
            "vault/flow/read/%s/plural.c", function("planted", '\treturn err_set(err, AMANA_E_IO, "%zu " "files are gone", n);\n'), None),
        "one that a macro prints": (
            "cli/%s/macro.c", function("planted", '\ttell(cli, "Read %" PRIu64\n\t     " stored objects", n);\n\treturn 0;\n'), None),
        "a range that may be one": ("fuse/%s/range.c", function("planted", '\tspeaker_say("batches %u to %u are gone", a, b);\n\treturn 0;\n'), None),
    },
    "blocks.sh": {
        "a function without a comment": ("vault/session/%s/mute.h", code("\nint planted_mute(void);\n"), None),
        "a function past the end of a group": (
            "fuse/%s/apart.h", code("\n/* What this does. */\nint planted_said(void);\n\nint planted_apart(void);\n"),
            "planted_apart"),
        "a public function without one": ("include/amana/%s/mute.h", code("\nAMANA_API int amana_planted(int a,\n\t\t\t    int b);\n"), None),
        "a heading in place of a comment": ("cli/%s/ruler.h", code("\n/* ---- planted.c ---- */\nvoid planted_ruler(void);\n"), None),
    },
    "unused.sh": {
        "a function that nobody calls": ("vault/keys/%s/idle.c", function("planted_idle", "\treturn 0;\n"), "planted_idle"),
        "a function that only its own header knows": (
            "cli/%s/idle.c", function("planted_alone", "\treturn 0;\n", "int planted_alone(void);\n"), "planted_alone"),
    },
    "markdown.sh": {
        "a long line": ("docs/%s/wide.md", "word " * 21 + "\n", None),
        "a wide table": ("tests/%s/table.md", "| a | %s |\n|---|---|\n" % ("b" * 100), None),
        "a link to nowhere": ("docs/%s/link.md", "See [this](nowhere.md).\n", None),
        "a link to no heading": ("man/%s/heading.md", "# One\n\nSee [this](#two).\n", None),
        "what is not closed": ("docs/%s/fence.md", "```\nx\n", None),
    },
    "documents.sh": {
        "a rule that is not there": ("vault/flow/read/%s/rule.c", code("/* As DESIGN.md rule 99 says. */\n"), None),
        "a rule without its page": ("vault/session/%s/bare.h", code("/* This is what\n * (rule 12) asks for. */\n"), None),
        "a section that is not there": (
            "tests/unit/%s/section.c", code("/* The layout is that of docs/FORMAT.md\n * sections 2 and 44. */\n"), None),
        "a heading that is not there": ("cli/%s/heading.c", code('/* The form is fixed (CLI.md "Nowhere"). */\n'), None),
        "a file that is not there": ("vault/log/%s/file.c", code("/* The rest stands in not_there.c. */\n"), None),
        "a page that names such a file": ("docs/%s/names.md", "It stands in vault/base/not_there.c.\n", None),
        "a module without a paragraph": ("vault/crypto/unsaid.c", code(""), "name unsaid in"),
        "a folder without one": ("vault/keys/%s/new.c", code(""), "vault/keys/" + DEEP),
        "a command without a contract": ("cli/%s/cmd_planted.c", code('\t.name = "planted",\n'), "amana planted"),
        "an include that the picture lacks": (
            "vault/flow/read/%s/edge.c", code('#include "sandbox/sandbox.h"\n'), "flow/read includes sandbox"),
    },
    "man.sh": {
        "a command without a page": ("cli/%s/cmd_planted.c", code('\t.name = "planted",\n'), "man/amana-planted.1"),
        "an option that its page lacks": (
            "cli/%s/cmd_lock.c", code('\t.name = "lock",\n\t{"planted", 0, OPT_FLAG, NULL, "x", 0, NULL},\n'), "--planted"),
        "a page that mandoc does not like": ("man/planted.7", ".Dd $Mdocdate$\n.Dt PLANTED 7\n.Os\n.Sh NAM\n.Xx\n", None),
    },
}


def tracked():
    """The files of the tree, without what a build made."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"], cwd=TOP, check=True,
                                capture_output=True).stdout.decode().split("\0")
        return [name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = []
        for where, folders, names in os.walk(TOP):
            folders[:] = [f for f in folders if f not in ("build", ".git", "node_modules") and not f.startswith("build-")]
            found += [os.path.relpath(os.path.join(where, name), TOP) for name in names]
        return found


DATA = ("tests/vectors/", "tests/reject/", "tests/fuzz/corpus/")  # of which only the folders and the code are looked at


def copy_tree(names, to, wanted):
    for name in names:
        source, there = os.path.join(TOP, name), os.path.join(to, name)
        if not wanted(name) or not os.path.isfile(source):
            continue
        os.makedirs(os.path.dirname(there), exist_ok=True)
        if not name.startswith(DATA) or name.endswith((".c", ".h", ".sh", ".txt", ".build")):
            shutil.copy(source, there)


def run(lint, where):
    return subprocess.run(["sh", "tests/lint/" + lint], cwd=where, capture_output=True, text=True, errors="replace", check=False)


def try_lint(lint, work, names):
    """Lines of results.  clang-format is slow, so its copy has little in it; the lint itself looks at the whole tree."""
    where = os.path.join(work, lint)
    few = lint == "format.sh"
    copy_tree(names, where, lambda name: not few or name.startswith((".clang", "tests/lint/", "vault/base/", "cli/m", "fuse/f", "shared/",
                                                              "include/", "tests/fuzz/fuzz_m")))
    lines = []
    clean = run(lint, where)
    lines.append("%sok %s passes on the tree as it is" % ("" if clean.returncode == 0 else "not ", lint))
    if clean.returncode != 0:
        lines.append(clean.stdout + clean.stderr)
    for path, text, _ in PLANTS[lint].values():
        path = os.path.join(where, path % DEEP if "%s" in path else path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    after = run(lint, where)
    bad = "\n".join(line for line in after.stdout.split("\n") if not line.startswith("ok "))
    if after.returncode == 0:
        lines.append("not ok %s fails when something is wrong" % lint)
    for rule, (path, _, named) in PLANTS[lint].items():
        named = named or (path % DEEP if "%s" in path else path)
        told = after.returncode != 0 and named in bad and named not in clean.stdout
        lines.append("%sok %s tells of %s" % ("" if told else "not ", lint, rule))
        if not told:
            lines.append("   it does not name %s" % named)
    return lines


def main():
    lints = sorted(name for name in os.listdir(os.path.join(TOP, "tests/lint")) if name.endswith(".sh") and name != "planted.sh")
    names = tracked()
    status = 0
    for lint in lints:
        if lint not in PLANTS:
            print("not ok %s has no violation planted for it in planted.py" % lint)
            status = 1
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for lines in pool.map(lambda lint: try_lint(lint, work, names), [lint for lint in lints if lint in PLANTS]):
            print("\n".join(lines), flush=True)
            status |= any(line.startswith("not ok ") for line in lines)
    return status


sys.exit(main())
