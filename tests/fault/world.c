/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"
#include "flow/deposit/deposit.h"
#include "flow/office/office.h"
#include "flow/read/read.h"
#include "flow/verify/verify.h"

#include "../unit/check.h"

#include "base/file.h"
#include "base/mem.h"
#include "session/session.h"
#include "keys/card.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSPHRASE "amana"

/* ---- folders ---- */

void
world_folder(char out[128])
{
	snprintf(out, 128, "%s/amana-fault-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(out) != NULL);
}

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
	(void)info;
	(void)ftw;
	if (kind == FTW_DNR || kind == FTW_D)
		(void)chmod(path, 0700);
	return remove(path);
}

void
world_remove(const char *top)
{
	CHECK(nftw(top, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0 ||
	      access(top, F_OK) != 0);
}

static void
copy_file(const char *from, const char *to, const struct stat *info)
{
	char bytes[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, info->st_mode & 0777);
	CHECK(in >= 0 && out >= 0);
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		CHECK(write(out, bytes, (size_t)n) == n);
	CHECK(n == 0);
	close(in);
	close(out);
}

void
world_copy(const char *from, const char *to)
{
	DIR *dir = opendir(from);
	struct dirent *entry;

	CHECK(dir != NULL);
	CHECK(mkdir(to, 0700) == 0);
	while ((entry = readdir(dir)) != NULL) {
		char a[512], b[512];
		struct stat info;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		CHECK(snprintf(a, sizeof a, "%s/%s", from, entry->d_name) <
		      (int)sizeof a);
		CHECK(snprintf(b, sizeof b, "%s/%s", to, entry->d_name) < (int)sizeof b);
		CHECK(lstat(a, &info) == 0);
		if (S_ISDIR(info.st_mode))
			world_copy(a, b);
		else
			copy_file(a, b, &info);
	}
	closedir(dir);
}

void
world_path(const struct world *world, const char *name, char out[256])
{
	CHECK(snprintf(out, 256, "%s/%s", world->top, name) < 256);
}

static void
make_folder(const struct world *world, const char *name)
{
	char path[256];

	world_path(world, name, path);
	CHECK(mkdir(path, 0700) == 0);
}

static void
make_file(const struct world *world, const char *name, size_t len, unsigned seed)
{
	char path[256];
	FILE *file;

	world_path(world, name, path);
	file = fopen(path, "wb");
	CHECK(file != NULL);
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		CHECK(fputc((int)(seed >> 24), file) != EOF);
	}
	CHECK(fclose(file) == 0);
}

static void
write_file(const struct world *world, const char *name, struct bytes bytes)
{
	char path[256];
	FILE *file;

	world_path(world, name, path);
	file = fopen(path, "wbx");
	CHECK(file != NULL);
	CHECK(fwrite(bytes.data, bytes.len, 1, file) == 1);
	CHECK(fclose(file) == 0);
	CHECK(chmod(path, 0600) == 0);
}

/* ---- people ---- */

static int
passphrase(void *ctx, enum amana_why why, const char *code, char *buf, size_t *ret_len,
	   struct amana_error *err)
{
	(void)ctx;
	(void)why;
	(void)code;
	(void)err;
	memcpy(buf, PASSPHRASE, strlen(PASSPHRASE));
	*ret_len = strlen(PASSPHRASE);
	return 0;
}

/* The words were compared. */
static int
meet(void *ctx, const struct amana_keys *keys, struct amana_error *err)
{
	(void)ctx;
	(void)keys;
	(void)err;
	return 0;
}

static bool
first_contact(void *ctx, const char *words, const char *fingerprint)
{
	(void)ctx;
	(void)words;
	(void)fingerprint;
	return true;
}

static void
notice(void *ctx, enum amana_notice kind, const char *text)
{
	struct world_session *session = ctx;

	if (getenv("FAULT_VERBOSE") != NULL)
		fprintf(stderr, "notice: %s\n", text);
	session->unnoted |=
		kind == AMANA_NOTICE_INFO && strstr(text, "cannot note") != NULL;
}

void
world_session(const struct world *world, const char *who, struct world_session *session)
{
	memset(session, 0, sizeof *session);
	snprintf(session->vault, sizeof session->vault, "%s/vault", world->top);
	snprintf(session->data, sizeof session->data, "%s/%s/data", world->top, who);
	snprintf(session->cache, sizeof session->cache, "%s/%s/cache", world->top, who);
	session->config = (struct amana_config){.vault = session->vault,
						.data_dir = session->data,
						.cache_dir = session->cache,
						.ctx = session,
						.notice = notice,
						.passphrase = passphrase,
						.first_contact = first_contact,
						.meet = meet};
}

static void
make_person(const struct world *world, const char *code)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret secret = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	struct amana_error err;
	char name[64];

	make_folder(world, code);
	snprintf(name, sizeof name, "%s/data", code);
	make_folder(world, name);
	snprintf(name, sizeof name, "%s/cache", code);
	make_folder(world, name);
	snprintf(name, sizeof name, "%s/data/identities", code);
	make_folder(world, name);
	CHECK_OK(identity_new(code, 1770000000, &identity, &err), err);
	CHECK_OK(secret_from(PASSPHRASE, strlen(PASSPHRASE), &secret, &err), err);
	CHECK_OK(identity_seal(&identity, &secret, 2, &file, &err), err);
	snprintf(name, sizeof name, "%s/data/identities/%s.age", code, code);
	write_file(world, name, BYTES_OF(file));
	CHECK_OK(card_make(&identity, &card, &err), err);
	snprintf(name, sizeof name, "%s.card", code);
	write_file(world, name, BYTES_OF(card));
}

void
world_people(const struct world *world)
{
	static const char *const people[] = {"S-001", "L-002", "D-003", "R-005", "N-004"};

	for (size_t i = 0; i < ARRAY_LEN(people); i++)
		make_person(world, people[i]);
	make_folder(world, "files");
	make_folder(world, "out");
	make_file(world, "files/empty", 0, 1);
	make_file(world, "files/small", 5000, 2);
	make_file(world, "files/large", 200000, 3);
	make_file(world, "first", 3000, 4);
	make_file(world, "second", 70000, 5);
}

/* ---- the vault ---- */

static struct session *
open_vault(const struct world *world, const char *who, struct world_session *session)
{
	struct session *vault;
	struct amana_error err;

	world_session(world, who, session);
	CHECK_OK(session_open(&session->config, 0, &vault, &err), err);
	return vault;
}

static void
add(const struct world *world, struct session *vault, const char *code)
{
	char card[256], welcome[256], name[64], proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err;

	snprintf(name, sizeof name, "%s.card", code);
	world_path(world, name, card);
	snprintf(name, sizeof name, "%s.welcome", code);
	world_path(world, name, welcome);
	CHECK_OK(flow_member_add(vault,
				 &(struct amana_member_add){.card_path = card,
							    .welcome_path = welcome},
				 proposal, &err),
		 err);
}

static void
open_cases(const struct world *world)
{
	struct world_session session;
	struct session *vault = open_vault(world, "S-001", &session);
	char id[AMANA_ID_HEX + 1];
	struct amana_error err;

	add(world, vault, "L-002");
	add(world, vault, "D-003");
	add(world, vault, "R-005");
	CHECK_OK(flow_case_open(vault,
				&(struct amana_case_open){.code = WORLD_CASE,
							  .lead = "L-002",
							  .title = "Land fraud"},
				id, &err),
		 err);
	session_close(vault);
}

static void
give_grants(const struct world *world)
{
	struct world_session session;
	struct session *vault = open_vault(world, "L-002", &session);
	struct amana_error err;
	int64_t until;

	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){
					 .cases = (const char *const[]){WORLD_CASE},
					 .n_cases = 1,
					 .member = "D-003",
					 .as = "depositor",
					 .until = 0},
				 &until, &err),
		 err);
	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){
					 .cases = (const char *const[]){WORLD_CASE},
					 .n_cases = 1,
					 .member = "R-005",
					 .as = "reader",
					 .until = 0},
				 &until, &err),
		 err);
	session_close(vault);
}

void
world_make(const struct world *world)
{
	struct amana_init_result made;
	struct world_session session;
	struct world_told told = {.n_items = 0};
	char first[256], second[256];
	const char *const paths[] = {first, second};
	struct amana_error err;

	world_people(world);
	world_session(world, "S-001", &session);
	CHECK_OK(flow_init(&session.config, "test.example", &made, &err), err);
	open_cases(world);
	give_grants(world);
	world_path(world, "first", first);
	world_path(world, "second", second);
	CHECK_OK(world_deposit(world, paths, 2, &told, &err), err);
	CHECK_INT(told.n_items, 2);
	world_verify(world, &told, "making it");
	world_retrieve(world, &told, "making it");
}

/* ---- deposits ---- */

static void
tell_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct world_told *told = ctx;

	CHECK(told->n_receipts < WORLD_RECEIPTS);
	snprintf(told->receipts[told->n_receipts++], sizeof told->receipts[0], "%llu:%s",
		 (unsigned long long)receipt->batch, receipt->head);
}

static void
tell_item(void *ctx, const struct amana_deposited *item)
{
	struct world_told *told = ctx;

	CHECK(told->n_items < WORLD_RECEIPTS);
	snprintf(told->items[told->n_items].ref, sizeof told->items[0].ref, "%s",
		 item->ref);
	snprintf(told->items[told->n_items++].sha256, sizeof told->items[0].sha256, "%s",
		 item->sha256);
}

void
world_failed(void *ctx, const char *what, const struct amana_error *err)
{
	struct world_told *told = ctx;

	(void)what;
	told->n_failed++;
	told->failed = *err;
}

int
world_deposit(const struct world *world, const char *const *paths, size_t n,
	      struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	struct amana_deposit request = {.case_name = WORLD_CASE,
					.paths = paths,
					.n_paths = n,
					.source = "a cable",
					.ctx = told,
					.item = tell_item,
					.receipt = tell_receipt,
					.failed = world_failed};
	struct amana_deposit_result result;
	int r;

	world_session(world, "D-003", &session);
	if (session_open(&session.config, 0, &vault, err) < 0)
		return -1;
	r = flow_deposit(vault, &request, &result, err);
	told->unnoted |= session.unnoted;
	return r;
}

/* ---- looking at it ---- */

static void
print_bad(void *ctx, const struct amana_check *check)
{
	if (check->result == AMANA_FAIL || check->result == AMANA_VOID)
		fprintf(stderr, "after %s: %s: %s\n", (const char *)ctx, check->name,
			check->detail);
}

void
world_verify(const struct world *world, const struct world_told *told, const char *after)
{
	const char *receipts[WORLD_RECEIPTS];
	struct amana_verify request = {.bytes = true,
				       .receipts = receipts,
				       .n_receipts = told->n_receipts,
				       .ctx = (void *)(uintptr_t)after,
				       .check = print_bad};
	struct amana_verify_result result;
	struct world_session session;
	struct amana_error err;

	for (size_t i = 0; i < told->n_receipts; i++)
		receipts[i] = told->receipts[i];
	world_session(world, "S-001", &session); /* who has a pin, and made the vault */
	if (flow_verify(&session.config, &request, &result, &err) < 0) {
		fprintf(stderr, "after %s: no verify: %s\n", after, err.msg);
		exit(1);
	}
	if (!result.ok || result.n_void != 0) {
		fprintf(stderr, "after %s: the vault does not verify\n", after);
		exit(1);
	}
}

unsigned
world_exhibits(const struct world *world)
{
	struct world_session session;
	struct session *vault = open_vault(world, "S-001", &session);
	unsigned n = state_n_exhibits(session_state(vault));

	session_close(vault);
	return n;
}

struct getting {
	const struct world_told *told;
	size_t n;
};

static void
compare(void *ctx, const struct amana_retrieved *item)
{
	struct getting *getting = ctx;
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(1 << 20);
	char hex[HASH_HEX_LEN + 1];
	struct amana_error err;
	struct hash hash;
	size_t i = 0;

	while (i < getting->told->n_items &&
	       strcmp(getting->told->items[i].ref, item->ref) != 0)
		i++;
	CHECK(i < getting->told->n_items);
	CHECK_OK(file_read(AT_FDCWD, item->path, &bytes, &err), err);
	hash_of(bytes.data, bytes.len, &hash);
	hash_hex(&hash, hex);
	CHECK_STR(hex, getting->told->items[i].sha256);
	getting->n++;
}

void
world_retrieve(const struct world *world, const struct world_told *told,
	       const char *after)
{
	const char *names[WORLD_RECEIPTS];
	struct getting getting = {.told = told};
	char out[256];
	struct amana_retrieve request = {.exhibits = names,
					 .n_exhibits = told->n_items,
					 .out = out,
					 .reason = "to compare",
					 .ctx = &getting,
					 .item = compare};
	struct world_session session;
	struct session *vault;
	struct amana_error err;

	if (told->n_items == 0)
		return;
	for (size_t i = 0; i < told->n_items; i++)
		names[i] = told->items[i].ref;
	world_path(world, "compared", out);
	CHECK(mkdir(out, 0700) == 0);
	vault = open_vault(world, "L-002", &session);
	if (flow_retrieve(vault, &request, &err) != 0) {
		fprintf(stderr, "after %s: not retrieved: %s\n", after, err.msg);
		exit(1);
	}
	CHECK_INT(getting.n, told->n_items);
	session_close(vault);
	world_remove(out);
}
