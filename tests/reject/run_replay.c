/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "../unit/check.h"

#include "base/file.h"
#include "flow/chain/custody.h"
#include "flow/read/read.h"
#include "session/session.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lead of case A meets an act that another signed, in a copy of the base log's vault.
 */

struct office {
	char top[64];
	char vault[128], data[128], cache[128], out[128], fingerprint[HASH_HEX_LEN + 1];
	struct amana_config config;
	char said[256]; /* the first notice of something tampered */
	char failed[256], failed_code[16];
	unsigned n_items;
};

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
	(void)info;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int
passphrase(void *ctx, enum amana_why why, const char *code, char *buf, size_t *ret_len,
	   struct amana_error *err)
{
	(void)ctx;
	(void)why;
	(void)code;
	(void)err;
	memcpy(buf, "amana", 5); /* forge.h's FORGE_PASSPHRASE */
	*ret_len = 5;
	return 0;
}

static void
notice(void *ctx, enum amana_notice kind, const char *text)
{
	struct office *office = ctx;

	if (kind == AMANA_NOTICE_TAMPERED && office->said[0] == 0)
		snprintf(office->said, sizeof office->said, "%s", text);
}

static void
copy_vault(const struct run *run, const struct office *office)
{
	char command[2048];

	CHECK(snprintf(
		      command, sizeof command,
		      "cp -r '%s/vectors/base-log' '%s' && mkdir -p '%s/identities' '%s' '%s' && "
		      "chmod -R u+w '%s' && "
		      "cp '%s/vectors/base-log.keys/L-004.age' '%s/identities/' && "
		      "chmod 600 '%s/identities/L-004.age'",
		      run->tests, office->vault, office->data, office->cache, office->out,
		      office->vault, run->tests, office->data,
		      office->data) < (int)sizeof command);
	CHECK_INT(system(command), 0);
}

static void
set_up(const struct run *run, struct office *office)
{
	memset(office, 0, sizeof *office);
	snprintf(office->top, sizeof office->top, "%s/amana-reject-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(office->top) != NULL);
	snprintf(office->vault, sizeof office->vault, "%s/vault", office->top);
	snprintf(office->data, sizeof office->data, "%s/data", office->top);
	snprintf(office->cache, sizeof office->cache, "%s/cache", office->top);
	snprintf(office->out, sizeof office->out, "%s/out", office->top);
	hash_hex(&run->fingerprint, office->fingerprint);
	copy_vault(run, office);
	office->config = (struct amana_config){.vault = office->vault,
					       .identity = "L-004",
					       .data_dir = office->data,
					       .cache_dir = office->cache,
					       .vault_fingerprint = office->fingerprint,
					       .ctx = office,
					       .passphrase = passphrase,
					       .notice = notice};
}

static void
put(struct store *store, struct store_name name, struct bytes bytes)
{
	struct amana_error err;

	/* 1: the bundle of another act, which is there already */
	CHECK(bytes.len == 0 || store_put(store, name.text, bytes, false, &err) >= 0);
}

static struct bytes
take_part(struct bytes *rest)
{
	struct bytes part;
	size_t len;

	CHECK(rest->len >= 4);
	len = bytes_u32be(rest->data);
	CHECK(len <= rest->len - 4);
	part = (struct bytes){rest->data + 4, len};
	*rest = (struct bytes){rest->data + 4 + len, rest->len - 4 - len};
	return part;
}

/* Puts the parts where the log says that they are; exhibit: what to retrieve. */
static void
place(const struct run *run, const struct office *office, struct bytes file,
      char exhibit[64])
{
	CLEANUP(store_freep) struct store *store = NULL;
	struct bytes slot = take_part(&file), bundle = take_part(&file),
		     object = take_part(&file);
	struct batch_parts parts;
	struct batch_note note;
	struct amana_error err;
	struct entry entry;
	struct bytes raw;
	char hex[CUSTODY_ID_HEX_LEN + 1];

	CHECK(file.len == 0);
	CHECK_OK(store_open(office->vault, 0, &store, &err), err);
	CHECK_OK(batch_split(slot, &parts, &err), err);
	CHECK_OK(batch_note_decode(parts.text, NULL, &note, &err), err);
	CHECK_OK(batch_next(&parts.entries, &raw, &err), err);
	CHECK_OK(entry_decode(raw, &entry, &err), err);
	put(store, store_name_slot(run->n + 1), slot);
	put(store, store_name_lines(&note.bundle), bundle);
	if (entry.n_objects > 0)
		put(store, store_name_object(&entry.objects[0]), object);
	if (entry.action != ACT_DEPOSIT) {
		snprintf(exhibit, 64, "HK-2025-0001/1");
		return;
	}
	custody_id_hex(&entry.subject.id, hex);
	snprintf(exhibit, 64, "id:%s", hex);
}

static void
count(void *ctx, const struct amana_retrieved *item)
{
	struct office *office = ctx;

	(void)item;
	office->n_items++;
}

static void
remember(void *ctx, const char *exhibit, const struct amana_error *err)
{
	struct office *office = ctx;

	(void)exhibit;
	snprintf(office->failed, sizeof office->failed, "%s", err->msg);
	snprintf(office->failed_code, sizeof office->failed_code, "%s",
		 amana_code_name(err->code));
}

static unsigned
count_files(const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, NULL);

	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return (unsigned)n - 2;
}

/* ids are random in nothing but their look: "id:..." in a message is the file's own. */
void
judge_replay(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	struct office office;
	char exhibit[64];
	const char *const exhibits[] = {exhibit};
	struct amana_retrieve request = {.exhibits = exhibits,
					 .n_exhibits = 1,
					 .out = office.out,
					 .reason = "to see what it is",
					 .ctx = &office,
					 .item = count,
					 .failed = remember};
	int r;

	set_up(run, &office);
	place(run, &office, file, exhibit);
	r = session_open(&office.config, 0, &vault, &err);
	CHECK_OK(r, err); /* nothing that the public rules refuse */
	CHECK_INT(state_slot(session_state(vault)), run->n + 1);
	r = flow_retrieve(vault, &request, &err);
	found_outcome(finding, r, &err);
	/* A bad key file takes nothing away from who holds older ones, but is told. */
	if (r == 0 && office.said[0] != 0)
		found(finding, "tampered", office.said);
	CHECK((r == 0) == (office.n_items == 1));
	CHECK_INT(count_files(office.out), r == 0 ? 1 : 0);
	session_closep(&vault);
	CHECK_INT(nftw(office.top, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static int
take_event(void *ctx, const struct amana_event *event)
{
	struct office *office = ctx;

	/* The last one counts: the record that was put there. */
	snprintf(office->failed_code, sizeof office->failed_code, "%s",
		 event->sealed_missing	? "tampered"
		 : event->event == NULL ? "sealed"
					: "ok");
	return 0;
}

void
judge_custody(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	struct office office;
	char exhibit[64];
	uint64_t n;

	set_up(run, &office);
	place(run, &office, file, exhibit);
	CHECK_OK(session_open(&office.config, 0, &vault, &err), err);
	CHECK_INT(state_slot(session_state(vault)), run->n + 1);
	CHECK_OK(flow_custody(vault, exhibit, take_event, &office, &n, &err), err);
	CHECK_INT(n, 3); /* deposited, retrieved, and this */
	/* Whoever is told that something is missing is told what. */
	CHECK((office.said[0] != 0) == (strcmp(office.failed_code, "tampered") == 0));
	found(finding, office.failed_code, office.said);
	session_closep(&vault);
	CHECK_INT(nftw(office.top, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}
