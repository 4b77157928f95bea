#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CONTRIBUTING.md, "Adding a command", "Adding a custody event", "Adding a store": each is really added to a copy of the tree,
# by the files that the page names and no others; the copy is built and what was added is used.
. "$(dirname "$0")/lib.sh"
tree=$work/tree
before=$work/before
mkdir "$tree" "$before"
(cd "$top" && tar -cf - --exclude=./.git --exclude='./build' --exclude='./build-*' --exclude=node_modules .) | tar -xf - -C "$tree"
snapshot() { rm -rf "$before" && cp -r "$tree" "$before"; }
changed() { # the files that differ from the snapshot, one a line
	(cd "$work" && diff -rq before tree | sed -nE \
		-e 's|^Only in tree/?([^:]*): (.*)|\1/\2|p' \
		-e 's|^Files before/(.*) and .*|\1|p') | sed 's|^/||' | sort
}
planned() { # HEADING: the files that its steps name
	steps "$1" | sed -E 's/^[0-9]+ ([^ :,]+).*/\1/' | sed -e "s|NAME|shelf|g" -e 's|NN-|90-|' | sort -u
}
walk() { # WHAT HEADING AT-MOST
	planned "$2" >"$work/planned"
	changed >"$work/changed"
	check "adding $1 takes the files that the page names" cmp "$work/planned" "$work/changed"
	check "adding $1 takes at most $3 files" test "$(wc -l <"$work/changed")" -le "$3"
	snapshot
}
after() { # FILE PATTERN LINE: puts the line behind the first that has the pattern; fails if there is none
	grep -q "$2" "$tree/$1" || { echo "not ok $1 has no line with '$2'"; status=1; return; }
	awk -v pattern="$2" -v line="$3" '{print} !done && $0 ~ pattern {print line; done = 1}' "$tree/$1" >"$work/new" &&
		cat "$work/new" >"$tree/$1"
}
snapshot

# ---- a command: amana shelf NAME ----
cat >"$tree/cli/cmd_shelf.c" <<'EOT'
/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

/* amana shelf: says a name. */

struct shelf_args {
	bool loud;
};
static const struct opt opts[] = {
	{"loud", 'l', OPT_FLAG, NULL, "say it with a mark", offsetof(struct shelf_args, loud), NULL},
	OPT_END,
};

static int
run_shelf(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct shelf_args *given = args;
	CLEANUP(cli_freep) char *name = NULL;

	if (operand(cli, n > 0 ? operands[0] : NULL, "Shelf: ", "NAME", &name, err) < 0)
		return -1;
	json_put(cli->doc, "shelf", json_text(name));
	tell(cli, "The shelf %s%s", name, given->loud ? "!" : "");
	return 0;
}

const struct command cmd_shelf = {
	.name = "shelf",
	.operands = "NAME",
	.summary = "say the name of a shelf",
	.n_max = 1,
	.args_size = sizeof(struct shelf_args),
	.opts = opts,
	.run = run_shelf,
};
EOT
after cli/cmd.h '^extern const struct command cmd_help' 'extern const struct command cmd_shelf;'
after cli/commands.c '&cmd_verify,' '	&cmd_shelf,'
after cli/meson.build "'cmd_meta.c'" "    'cmd_shelf.c',"
sed -e 's/AMANA-JOIN/AMANA-SHELF/' "$top/man/amana-join.1" | awk '/^\.Sh/ {exit} {print}' >"$tree/man/amana-shelf.1"
cat >>"$tree/man/amana-shelf.1" <<'EOT'
.Sh NAME
.Nm amana-shelf
.Nd say the name of a shelf
.Sh SYNOPSIS
.Nm amana
.Op Ar options
.Cm shelf
.Op Fl l | Fl -loud
.Ar NAME
.Sh DESCRIPTION
.Bl -tag -width Ds
.It Cm shelf Ar NAME
Says it.
.It Fl l , Fl -loud
Says it with a mark.
.El
.Sh SEE ALSO
.Xr amana 1
EOT
sed -i 's|^\.Cm shelf|.Cm shelf|' "$tree/man/amana-shelf.1"
after man/meson.build "'amana-search.1'" "  'amana-shelf.1',"
cat >"$tree/tests/cli/90-shelf.sh" <<'EOT'
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# amana shelf: exit status, exact message, JSON.
amana=$AMANA_BUILD/cli/amana
is() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: $2"; fi; }
is "shelf: says it" "$("$amana" shelf A1)" "The shelf A1"
is "shelf: its option" "$("$amana" shelf -l A1)" "The shelf A1!"
is "shelf: JSON" "$("$amana" --json shelf A1 | tr -d ' \n')" '{"schema":1,"shelf":"A1"}'
"$amana" shelf >/dev/null 2>&1 </dev/null
is "shelf: without its operand" "$?" 2
EOT
walk "a command" "Adding a command" 7

# ---- a store: shelf:PATH keeps a vault in PATH/shelf ----
cat >"$tree/vault/store/store_shelf.c" <<'EOT'
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backend.h"

/* A folder named "shelf" below another one. */

static int
open_shelf(const char *rest, unsigned flags, struct store **ret_store, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf path = BUF_INIT(4096);

	if (buf_add_fmt(&path, err, "dir:%s/shelf", rest) < 0)
		return -1;
	return store_open(buf_text(&path), flags, ret_store, err);
}

const struct store_backend store_backend_shelf = {.scheme = "shelf", .open = open_shelf};
EOT
sed -i "s/^store_backends = \['dir'/&, 'shelf'/" "$tree/vault/store/meson.build"
walk "a store" "Adding a store" 2
check "adding a store takes one new file and one line" \
	test "$(diff "$top/vault/store/meson.build" "$tree/vault/store/meson.build" | grep -c '^>')" -eq 1

# ---- built, and used ----
cd "$tree" || exit 1
# As tests/run.sh builds the release, two folders down, so that a compiler cache has most of it.
build=$tree/build/walks
check "the copy can be configured" meson setup "$build" -Dbuildtype=release -Dwerror=true -Dfuse=disabled -Dlogind=disabled
check "the copy can be built" ninja -C "$build" cli/amana vault/sandbox/amana-worker
[ "$status" -eq 0 ] || exit 1
amana=$build/cli/amana
export AMANA_BUILD="$build" AMANA_LIBEXEC="$build/vault/sandbox"
export HOME="$work/home" XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$work/cache" XDG_CONFIG_HOME="$work/config"
mkdir "$HOME" "$work/evidence"
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT
says() { # PATTERN COMMAND...
	pattern=$1
	shift
	"$@" 2>&1 </dev/null | grep -qE -e "$pattern"
}
sh tests/cli/90-shelf.sh >"$work/results" 2>&1
check "the command passes its own test" test "$(grep -c '^ok ' "$work/results")" -eq 4
check "help has it" says '^  shelf +say the name of a shelf' "$amana" help
check "its own help has its option" says '-l, --loud' "$amana" help shelf
check "a typing error leads to it" says 'did you mean.*shelf' "$amana" shelv
check "completion knows it" says 'shelf' "$amana" completions bash
check "its page and its table agree" sh tests/lint/man.sh

echo 'seven words that are long' >"$work/pass"
a() { "$amana" -C "shelf:$work/place" --no-input --yes --passphrase file:"$work"/pass --new-passphrase file:"$work"/pass "$@"; }
cd "$work" || exit 1
mkdir place
printf 'statement of V-003\n' >evidence/statement.txt
check "an identity" a id new L-007
check "init" a init
check "a case" a case open HK-2025-0042
check "a deposit" a deposit HK-2025-0042 evidence --source "phone of V-003"
check "verify" a verify --bytes
check "retrieve" a retrieve HK-2025-0042/1 -o out.txt --reason "to see"
check "the same bytes" cmp evidence/statement.txt out.txt
check "they lie where the store says" test -f place/shelf/vault -a -d place/shelf/objects
exit $status
