/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"
#include "check.h"
#include "keys/backup.h"
#include "keys/card.h"
#include "keys/casecard.h"
#include "keys/idfile.h"
#include "keys/ring.h"
#include "keys/welcome.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

/*
 * Every allocation and every file operation of keys/ failing in turn: an error of the
 * right kind, no leak (the sanitizer looks), outputs untouched, and an identity file that
 * is whole, the old or the new one.  Without fault hooks nothing fails and each round
 * ends at once.
 */
#define ORIGIN "amana/00112233445566778899aabbccddeeff"

static struct secret passphrase;

static int
identity_round(struct amana_error *err)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity restored = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity renewed = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret line = SECRET_INIT;
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);

	if (identity_new("S-014", 0, &made, err) < 0 ||
	    identity_seal(&made, &passphrase, 1, &file, err) < 0 ||
	    identity_open(BYTES_OF(file), &passphrase, &opened, err) < 0 ||
	    backup_line(&opened, &line, err) < 0 ||
	    backup_parse((struct bytes){line.data, AGE_IDENTITY_LEN}, &age, err) < 0 ||
	    identity_restore("S-014", 0, &age, &restored, err) < 0 ||
	    identity_renew(&opened, 0, &renewed, err) < 0)
		return -1;
	CHECK(age_recipient_equal(&made.recipient, &restored.recipient));
	return 0;
}

static int
notes_round(struct amana_error *err)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf card_file = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf welcome_file = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf case_file = BUF_INIT(SIGNED_MAX);
	struct welcome welcome = {.origin = ORIGIN, .code = "S-1"};
	struct casecard casecard = {.origin = ORIGIN,
				    .case_id = "00112233445566778899aabbccddeeff",
				    .epoch = 1,
				    .case_code = "-"};
	struct card card;

	if (identity_new("S-014", 0, &made, err) < 0)
		return -1;
	casecard.recipient = made.recipient;
	if (card_make(&made, &card_file, err) < 0 || card_of(&made, &card, err) < 0 ||
	    card_parse(BYTES_OF(card_file), &card, err) < 0 ||
	    welcome_make(&welcome, &made, &welcome_file, err) < 0 ||
	    welcome_parse(BYTES_OF(welcome_file), &welcome, err) < 0 ||
	    casecard_make(&casecard, &made, &case_file, err) < 0 ||
	    casecard_parse(BYTES_OF(case_file), &casecard, err) < 0)
		return -1;
	return 0;
}

static int
ring_round(struct amana_error *err)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	struct hash fingerprint = {.bytes = {1}};
	int r = 0;

	if (identity_new("S-014", 0, &lead, err) < 0 ||
	    ring_new_case(&fingerprint, "00112233445566778899aabbccddeeff", "HK-1", "T",
			  &ring, err) < 0)
		return -1;
	for (uint64_t i = 1; i <= 3 && r == 0; i++)
		r = ring_add_epoch(ring, i, err);
	if (r < 0) {
		CHECK(ring->n_epochs < 3); /* still a ring that can be used and freed */
		return -1;
	}
	if (ring_seal(ring, RING_WITH_KEYS, &lead.recipient, 1, &file, err) < 0 ||
	    ring_open(&lead.age, 1, BYTES_OF(file), &opened, err) < 0) {
		CHECK(opened == NULL);
		return -1;
	}
	CHECK_INT(opened->n_epochs, 3);
	return 0;
}

static void
fail_each_allocation(int (*round)(struct amana_error *err))
{
	for (uint64_t n = 1;; n++) {
		struct amana_error err = AMANA_ERROR_INIT;
		bool fired;
		int r;

		fault_arm(FAULT_ALLOC, n, 0, false);
		r = round(&err);
		fired = fault_passed() >= n;
		fault_disarm();
		if (!fired) {
			CHECK_OK(r, err);
			return;
		}
		CHECK_FAILS(r, err, AMANA_E_NOMEM);
		CHECK(n < 1000);
	}
}

static void
allocations_fail(void)
{
	fail_each_allocation(identity_round);
	fail_each_allocation(notes_round);
	fail_each_allocation(ring_round);
}

static size_t
names_in(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2; /* . and .. */
}

/* One write of a new file, then one replacement; r < 0 says that one failed. */
static void
one_file_round(enum fault_kind kind, uint64_t nth, bool replace, bool *ret_fired)
{
	char folder[] = "/tmp/test_keys_fault.XXXXXX", path[64], command[96];
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	bool exposed;
	int r;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/S-014.age", folder);
	if (replace)
		CHECK_OK(
			idfile_write_new(folder, "S-014", BYTES_STR("the old one"), &err),
			err);
	fault_arm(kind, nth, ENOSPC, false);
	r = replace ? idfile_replace(path, BYTES_STR("the new one"), &err)
		    : idfile_write_new(folder, "S-014", BYTES_STR("the new one"), &err);
	*ret_fired = fault_passed() >= nth;
	fault_disarm();
	CHECK(r == 0 || (*ret_fired && err.code == AMANA_E_IO));

	/* Whole, whatever happened: one of the two, or none where none was; and no
	 * leftovers. */
	if (idfile_read(path, &file, &exposed, &err) == 0) {
		bool is_new = strcmp(buf_text(&file), "the new one") == 0;

		CHECK(is_new || (replace && strcmp(buf_text(&file), "the old one") == 0));
		CHECK(r != 0 || is_new);
		CHECK_INT(names_in(folder), 1);
	} else {
		CHECK(!replace && r != 0);
		CHECK_INT(names_in(folder), 0);
	}
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	CHECK_INT(system(command), 0);
}

static void
files_fail(void)
{
	static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_SHORT, FAULT_FSYNC,
						FAULT_LINK, FAULT_OPEN};

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		for (int replace = 0; replace < 2; replace++) {
			bool fired = true;

			for (uint64_t n = 1; fired; n++) {
				one_file_round(kinds[k], n, replace, &fired);
				CHECK(n < 100);
			}
		}
	}
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(secret_from("kanu", 4, &passphrase, &err), err);
	RUN(allocations_fail);
	RUN(files_fail);
	secret_done(&passphrase);
	return 0;
}
