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
	grep -qE "$2" "$tree/$1" || { echo "not ok $1 has no line with '$2'"; status=1; return; }
	PATTERN=$2 LINE=$3 awk '{print} !done && $0 ~ ENVIRON["PATTERN"] {print ENVIRON["LINE"]; done = 1}' "$tree/$1" >"$work/new" &&
		cat "$work/new" >"$tree/$1"
}
snapshot

# ---- a command: amana history NAME ----
cat >"$tree/cli/cmd_history.c" <<'EOT'
/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "heap.h"
#include "json.h"
#include "operand.h"
#include "tell.h"

/* amana history: says a name. */

struct history_args {
	bool loud;
};
static const struct opt opts[] = {
	{"loud", 'l', OPT_FLAG, NULL, "say it with a mark", offsetof(struct history_args, loud), NULL},
	OPT_END,
};

static int
run_history(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct history_args *given = args;
	CLEANUP(heap_freep) char *name = NULL;

	if (operand_text(cli, n > 0 ? operands[0] : NULL, "Name: ", "NAME", &name, err) < 0)
		return -1;
	json_put(cli->doc, "history", json_text(name));
	tell(cli, "The history of %s%s", name, given->loud ? "!" : "");
	return 0;
}

const struct command cmd_history = {
	.name = "history",
	.operands = "NAME",
	.summary = "say the history of a name",
	.n_max = 1,
	.args_size = sizeof(struct history_args),
	.opts = opts,
	.run = run_history,
};
EOT
after cli/cmd.h '^extern const struct command cmd_help' 'extern const struct command cmd_history;'
after cli/commands.c '&cmd_verify,' '	&cmd_history,'
after cli/meson.build "'cmd_meta.c'" "    'cmd_history.c',"
sed 's/AMANA-JOIN/AMANA-HISTORY/' "$top/man/amana-join.1" | awk '/^\.Sh/ {exit} {print}' >"$tree/man/amana-history.1"
cat >>"$tree/man/amana-history.1" <<'EOT'
.Sh NAME
.Nm amana-history
.Nd say the history of a name
.Sh SYNOPSIS
.Nm amana
.Op Ar options
.Cm history
.Op Fl l | Fl -loud
.Ar NAME
.Sh DESCRIPTION
.Bl -tag -width Ds
.It Cm history Ar NAME
Says it.
.It Fl l , Fl -loud
Says it with a mark.
.El
.Sh SEE ALSO
.Xr amana 1
EOT
after man/meson.build "'amana-search.1'" "  'amana-history.1',"
cat >"$tree/tests/cli/90-history.sh" <<'EOT'
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# amana history: exit status, exact message, JSON.
amana=$AMANA_BUILD/cli/amana
is() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: $2"; fi; }
is "history: says it" "$("$amana" history A1)" "The history of A1"
is "history: its option" "$("$amana" history -l A1)" "The history of A1!"
is "history: JSON" "$("$amana" --json history A1 | tr -d ' \n')" '{"schema":1,"history":"A1"}'
"$amana" history >/dev/null 2>&1 </dev/null
is "history: without its operand" "$?" 2
EOT
walk "a command" "Adding a command" 7

# ---- a custody event: each amana show is told as "shelved" ----
after vault/custody/event_table.h 'reading the chain of custody, as an auditor' \
	'EVENT(SHELVED, "shelved", ON(EXHIBIT), READERS, READS, "looking at it on the shelf", NO_DETAILS)'
after vault/flow/read/show.c '^#include "session/names.h"' '#include "session/record.h"'
after vault/flow/read/show.c 'names_case_code[(]' '	const struct record record = {.case_id = &listing.case_id, .event = EVENT_SHELVED};

	if (!listing.only_own && record_exhibits(session, &record, &id, 1, err) < 0)
		return -1;'
walk "a custody event" "Adding a custody event" 2

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
sh tests/cli/90-history.sh >"$work/results" 2>&1
check "the command passes its own test" test "$(grep -c '^ok ' "$work/results")" -eq 4
check "help has it" says '^  history +say the history of a name' "$amana" help
check "its own help has its option" says '-l, --loud' "$amana" help history
check "a typing error leads to it" says 'did you mean.*history' "$amana" histori
check "completion knows it" says 'history' "$amana" completions bash
check "its page and its table agree" sh tests/lint/man.sh
check "the documents have their places" sh tests/lint/documents.sh

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
check "show, which records the new event" a show HK-2025-0042/1
check "custody has the event, in the words of its row" says 'looking at it on the shelf' a custody HK-2025-0042/1
unknown() { sed 's/EVENT_SHELVED/EVENT_SHELF/' "$tree/vault/flow/read/show.c" >"$work/show.c" && compiles "$tree/vault/flow/read/show.c" && ! compiles "$work/show.c"; }
compiles() { cc -std=gnu17 -D_GNU_SOURCE -I"$tree/include" -I"$tree/vault" -fsyntax-only "$1"; }
check "an event that is not in the table does not compile" unknown
check "retrieve" a retrieve HK-2025-0042/1 -o out.txt --reason "to see"
check "the same bytes" cmp evidence/statement.txt out.txt
check "they lie where the store says" test -f place/shelf/vault -a -d place/shelf/objects
exit $status
