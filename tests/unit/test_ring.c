/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/identity.h"
#include "keys/ring.h"

#define CASE_ID "00112233445566778899aabbccddeeff"

static struct hash
vault_fingerprint(void)
{
	struct hash hash;

	hash_of("vault", 5, &hash);
	return hash;
}

static struct ring *
case_ring(const char *title, uint64_t n_epochs)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash fingerprint = vault_fingerprint();
	struct ring *ring = NULL;

	CHECK_OK(ring_new_case(&fingerprint, CASE_ID, "HK-2025-0042", title, &ring, &err),
		 err);
	for (uint64_t i = 1; i <= n_epochs; i++)
		CHECK_OK(ring_add_epoch(ring, i, &err), err);
	return ring;
}

static void
check_same(const struct ring *a, const struct ring *b, size_t n_epochs)
{
	CHECK(hash_equal(&a->fingerprint, &b->fingerprint));
	CHECK_INT(a->is_audit, b->is_audit);
	CHECK_STR(a->case_id, b->case_id);
	CHECK_STR(a->case_code, b->case_code);
	CHECK_STR(a->title, b->title);
	CHECK_INT(b->n_epochs, n_epochs);
	for (size_t i = 0; i < n_epochs; i++) {
		CHECK_INT(a->numbers[i], b->numbers[i]);
		CHECK(secret_equal(a->identities[i].data, b->identities[i].data,
				   AGE_KEY_LEN));
		CHECK(age_recipient_equal(&a->recipients[i], &b->recipients[i]));
	}
}

static bool
has(const struct secret *plain, const char *text)
{
	return plain->data != NULL &&
	       memmem(plain->data, plain->len, text, strlen(text)) != NULL;
}

static void
holders_open_it(void)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity reader = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity stranger = IDENTITY_INIT;
	CLEANUP(ring_freep) struct ring *ring = case_ring("Operation Tembo", 3);
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct age_recipient holders[2];

	CHECK_OK(identity_new("S-1", 0, &lead, &err), err);
	CHECK_OK(identity_new("S-2", 0, &reader, &err), err);
	CHECK_OK(identity_new("S-3", 0, &stranger, &err), err);
	holders[0] = lead.recipient;
	holders[1] = reader.recipient;
	CHECK_INT(ring->numbers[0], 3);
	CHECK_INT(ring->numbers[2], 1);
	CHECK_INT(ring_find(ring, 3), 0);
	CHECK_INT(ring_find(ring, 1), 2);
	CHECK_INT(ring_find(ring, 4), -1);
	CHECK_OK(ring_seal(ring, RING_WITH_KEYS, holders, 2, &file, &err), err);
	CHECK_OK(ring_open(&lead.age, 1, BYTES_OF(file), &opened, &err), err);
	check_same(ring, opened, 3);
	ring_free(TAKE(opened));
	CHECK_OK(ring_open(&reader.age, 1, BYTES_OF(file), &opened, &err), err);
	check_same(ring, opened, 3);
	ring_free(TAKE(opened));
	CHECK_INT(ring_open(&stranger.age, 1, BYTES_OF(file), &opened, &err), 1);
	CHECK(opened == NULL);
}

static void
depositors_get_no_keys(void)
{
	CLEANUP(ring_freep) struct ring *ring = case_ring("Operation Tembo", 2);
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(ring_serialise(ring, RING_WITHOUT_KEYS, &plain, &err), err);
	CHECK_INT(plain.len, 1024);
	CHECK(has(&plain, "Operation Tembo"));
	CHECK(!has(&plain, "AGE-SECRET"));
	CHECK(!has(&plain, "epoch"));
	CHECK_OK(ring_parse((struct bytes){plain.data, plain.len}, &opened, &err), err);
	check_same(ring, opened, 0);
	CHECK_FAILS(ring_serialise(opened, RING_WITH_KEYS, &plain, &err), err,
		    AMANA_E_BUG);
}

static void
audit_ring_round_trip(void)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash fingerprint = vault_fingerprint();

	CHECK_OK(ring_new_audit(&fingerprint, &ring, &err), err);
	CHECK_OK(ring_add_epoch(ring, 7, &err), err);
	CHECK_OK(ring_serialise(ring, RING_WITH_KEYS, &plain, &err), err);
	CHECK_OK(ring_parse((struct bytes){plain.data, plain.len}, &opened, &err), err);
	CHECK(opened->is_audit);
	check_same(ring, opened, 1);
}

/* Every length of title, so that the padding is at each of its lengths; and many epochs.
 */
static void
padding_hides_the_title(void)
{
	char title[RING_TITLE_MAX + 1] = "";
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t len = 0; len <= RING_TITLE_MAX; len++) {
		CLEANUP(ring_freep) struct ring *ring = case_ring(title, 1 + len / 16);
		CLEANUP(ring_freep) struct ring *opened = NULL;
		CLEANUP(secret_done) struct secret plain = SECRET_INIT;

		CHECK_OK(ring_serialise(ring, RING_WITH_KEYS, &plain, &err), err);
		CHECK_INT(plain.len % 1024, 0);
		CHECK_OK(ring_parse((struct bytes){plain.data, plain.len}, &opened, &err),
			 err);
		check_same(ring, opened, 1 + len / 16);
		if (len < RING_TITLE_MAX)
			title[len] = (char)('a' + len % 26);
	}
}

static void
large_rings_fit(void)
{
	CLEANUP(ring_freep) struct ring *ring = case_ring("", 1);
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t last = (UINT64_C(1) << 53) - 1;

	/* The longest numbers there are. */
	for (uint64_t i = 200; i > 0; i--)
		CHECK_OK(ring_add_epoch(ring, last - i, &err), err);
	CHECK_OK(ring_add_epoch(ring, last, &err), err);
	CHECK_FAILS(ring_add_epoch(ring, last, &err), err, AMANA_E_BUG);
	CHECK_FAILS(ring_add_epoch(ring, last + 1, &err), err, AMANA_E_BUG);
	CHECK_OK(ring_serialise(ring, RING_WITH_KEYS, &plain, &err), err);
	CHECK_OK(ring_parse((struct bytes){plain.data, plain.len}, &opened, &err), err);
	check_same(ring, opened, 202);
}

static void
checked_against_the_log(void)
{
	CLEANUP(ring_freep) struct ring *ring = case_ring("", 2);
	CLEANUP(ring_freep) struct ring *other = case_ring("", 1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash fingerprint = vault_fingerprint(), another;
	struct ring_epoch log[3] = {{1, ring->recipients[1]},
				    {2, ring->recipients[0]},
				    {3, other->recipients[0]}};

	CHECK_OK(ring_check(ring, &fingerprint, CASE_ID, log, 3, &err), err);
	hash_of("another", 7, &another);
	CHECK_FAILS(ring_check(ring, &another, CASE_ID, log, 3, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(ring_check(ring, &fingerprint, "ffffffffffffffffffffffffffffffff",
			       log, 3, &err),
		    err, AMANA_E_TAMPERED);
	CHECK_FAILS(ring_check(ring, &fingerprint, NULL, log, 3, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(ring_check(ring, &fingerprint, CASE_ID, log, 1, &err), err,
		    AMANA_E_TAMPERED);
	log[0].recipient = other->recipients[0];
	CHECK_FAILS(ring_check(ring, &fingerprint, CASE_ID, log, 3, &err), err,
		    AMANA_E_TAMPERED);
}

#define VAULT "# vault 79e94c67c8eae2a9cc08dd3a6a0bb5d3fb0f0ea08bd0fe6e06c3b4cf1bb92bb0\n"
#define KEY_A                                                                            \
	"AGE-SECRET-KEY-1ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL\n"

/* What could make a title look like another: controls, separators, marks that turn the
 * direction of writing, and the byte order mark. */
static const char *const bad_titles[] = {
	"a\x01",	 "a\x1f",	  "a\x7f",	   "a\xc2\x80",
	"a\xc2\x9f",	 "a\xd8\x9c",	  "a\xe2\x80\x8e", "a\xe2\x80\x8f",
	"a\xe2\x80\xa8", "a\xe2\x80\xa9", "a\xe2\x80\xaa", "a\xe2\x80\xae",
	"a\xe2\x81\xa6", "a\xe2\x81\xa9", "a\xef\xbb\xbf", "\xef\xbb\xbf",
	"a\xff",	 "a\xed\xa0\x80",
};

static void
titles_of_other_files_are_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_titles); i++) {
		char text[1024 + 1], head[512];
		struct ring *ring = NULL;
		struct amana_error err;

		snprintf(head, sizeof head,
			 "# amana/ring 1\n" VAULT "# case " CASE_ID
			 " HK-1\n# title %s\n#",
			 bad_titles[i]);
		snprintf(text, sizeof text, "%-1023s\n", head);
		CHECK_FAILS(ring_parse(BYTES_STR(text), &ring, &err), err,
			    AMANA_E_FORMAT);
		CHECK(strstr(err.msg, "title") != NULL);
	}
}

static void
bad_names_are_refused(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash fingerprint = vault_fingerprint();
	struct ring *ring = NULL;
	char title[RING_TITLE_MAX + 2];

	memset(title, 'x', sizeof title - 1);
	title[sizeof title - 1] = 0;
	CHECK_FAILS(ring_new_case(&fingerprint, CASE_ID, "HK-1", title, &ring, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(
		ring_new_case(&fingerprint, CASE_ID, "HK-1", "two\nlines", &ring, &err),
		err, AMANA_E_USAGE);
	for (size_t i = 0; i < ARRAY_LEN(bad_titles); i++)
		CHECK_FAILS(ring_new_case(&fingerprint, CASE_ID, "HK-1", bad_titles[i],
					  &ring, &err),
			    err, AMANA_E_USAGE);
	CHECK_FAILS(ring_new_case(&fingerprint, CASE_ID, "hk-1", NULL, &ring, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(ring_new_case(&fingerprint, "0011", "HK-1", NULL, &ring, &err), err,
		    AMANA_E_BUG);
	CHECK(ring == NULL);
}

static const char *
spaces(size_t n)
{
	static char room[2048];

	memset(room, ' ', n);
	room[n] = 0;
	return room;
}

/* Something hidden in the padding. */
static void
padding_is_spaces(void)
{
	static const char head[] = "# amana/ring 1\n" VAULT "# audit\n#";
	struct amana_error err = AMANA_ERROR_INIT;
	char text[1024];

	for (size_t at = strlen(head) - 1; at <= sizeof text; at++) {
		CLEANUP(ring_freep) struct ring *ring = NULL;
		struct bytes plain = {(const uint8_t *)text, sizeof text};

		memset(text, ' ', sizeof text);
		memcpy(text, head, strlen(head));
		text[sizeof text - 1] = '\n';
		if (at == sizeof text) {
			CHECK_OK(ring_parse(plain, &ring, &err), err);
			break;
		}
		text[at] = '.';
		CHECK_FAILS(ring_parse(plain, &ring, &err), err, AMANA_E_FORMAT);
	}
}

/* head, the padding that makes it 1,024 bytes, tail */
static int
parse_parts(const char *head, const char *tail, long more_padding,
	    struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(buf_done) struct buf text = BUF_INIT(8192);
	size_t n_spaces =
		(size_t)((long)(1024 - strlen(head) - strlen(tail) - 2) + more_padding);

	CHECK_OK(buf_add_fmt(&text, err, "%s#%s\n%s", head, spaces(n_spaces), tail),
		 *err);
	return ring_parse(BYTES_OF(text), &ring, err);
}

static void
other_spellings_are_refused(void)
{
	static const char good[] =
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1\n# title T\n";
	static const char *const heads[] = {
		"# amana/ring 2\n" VAULT "# audit\n",
		"# amana/ring\n" VAULT "# audit\n",
		"#amana/ring 1\n" VAULT "# audit\n",
		"# amana/ring 1\n# audit\n",
		"# amana/ring 1\n" VAULT VAULT "# audit\n",
		"# amana/ring 1\n" VAULT,
		"# amana/ring 1\n" VAULT "# audit \n",
		"# amana/ring 1\n" VAULT "# audit\n# title T\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID "\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " hk-1\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID "  HK-1\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1 \n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1 X\n",
		"# amana/ring 1\n" VAULT "# case 00112233445566778899AABBCCDDEEFF HK-1\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1\n# title \n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1\n# title a\tb\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID
		" HK-1\n# title a\n# title b\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1\n#\n",
		"# amana/ring 1\n" VAULT "# case " CASE_ID " HK-1\n# epoch 2\n" KEY_A,
		"# amana/ring 1\r\n" VAULT "# audit\n",
	};
	static const char *const tails[] = {
		"# epoch 1\n",
		KEY_A,
		"# epoch 0\n" KEY_A,
		"# epoch 01\n" KEY_A,
		"# epoch 1\n" KEY_A "# epoch 2\n" KEY_A,
		"# epoch 1\n" KEY_A "# epoch 1\n" KEY_A,
		"# epoch 1\n" KEY_A "\n",
		"# epoch 1\n" KEY_A "# \n",
		"# epoch 1\n\n" KEY_A,
		"# epoch 1\nage1zyg3\n",
		"# epoch 1\n" KEY_A "# epoch",
		"# epoch 9007199254740992\n" KEY_A,
	};
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(parse_parts(good, "", 0, &err), err);
	CHECK_OK(parse_parts(good, "# epoch 1\n" KEY_A, 0, &err), err);
	CHECK_OK(parse_parts(good, "# epoch 2\n" KEY_A "# epoch 1\n" KEY_A, 0, &err),
		 err);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		CHECK_FAILS(parse_parts(heads[i], "", 0, &err), err, AMANA_E_FORMAT);
	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		CHECK_FAILS(parse_parts(good, tails[i], 0, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(parse_parts(good, "", 1024, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(parse_parts(good, "", 1, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(parse_parts(good, "", -1, &err), err, AMANA_E_FORMAT);
}

static void
altered_files_do_not_open(void)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(ring_freep) struct ring *ring = case_ring("Operation Tembo", 1);
	CLEANUP(ring_freep) struct ring *opened = NULL;
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("S-1", 0, &lead, &err), err);
	CHECK_OK(ring_seal(ring, RING_WITH_KEYS, &lead.recipient, 1, &file, &err), err);
	for (size_t i = 0; i < file.len; i++) {
		file.data[i] ^= 0x01;
		CHECK(ring_open(&lead.age, 1, BYTES_OF(file), &opened, &err) != 0);
		file.data[i] ^= 0x01;
	}
	CHECK(opened == NULL);
}

/* A ring of these epochs of `all`, taken through its file so that it owns its keys. */
static struct ring *
part_of(const struct ring *all, const char *code, uint64_t first, uint64_t last)
{
	CLEANUP(ring_freep) struct ring *copy = NULL;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct ring *ring = NULL;
	size_t n_new;

	CHECK_OK(ring_serialise(all, RING_WITH_KEYS, &plain, &err), err);
	CHECK_OK(ring_parse((struct bytes){plain.data, plain.len}, &copy, &err), err);
	for (size_t i = copy->n_epochs; i-- > 0;) {
		if (copy->numbers[i] >= first && copy->numbers[i] <= last)
			continue;
		secret_done(&copy->identities[i]);
		copy->n_epochs--;
		for (size_t k = i; k < copy->n_epochs; k++) {
			copy->numbers[k] = copy->numbers[k + 1];
			copy->identities[k] = copy->identities[k + 1];
			copy->recipients[k] = copy->recipients[k + 1];
		}
	}
	CHECK_OK(ring_new_case(&all->fingerprint, CASE_ID, all->case_code, all->title,
			       &ring, &err),
		 err);
	CHECK_OK(ring_complete(ring, copy, true, &n_new, &err), err);
	snprintf(ring->case_code, sizeof ring->case_code, "%s", code);
	if (strcmp(code, "-") == 0)
		ring->title[0] = 0;
	CHECK_INT(n_new, last - first + 1);
	return ring;
}

static void
completed_by_older_files(void)
{
	CLEANUP(ring_freep) struct ring *all = case_ring("Operation Tembo", 6);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(ring_freep) struct ring *again = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	/* from newest to oldest, and the gaps in between last */
	static const uint64_t parts[][2] = {{6, 6}, {4, 4}, {1, 2}, {2, 5}, {1, 6}};
	static const size_t brings[] = {1, 1, 2, 2, 0};
	struct hash fingerprint = vault_fingerprint();
	size_t n_new = 99;

	CHECK_OK(ring_new_case(&fingerprint, CASE_ID, "-", NULL, &ring, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		CLEANUP(ring_freep)
		struct ring *part = part_of(all, i < 2 ? "-" : "HK-2025-0042",
					    parts[i][0], parts[i][1]);

		CHECK_OK(ring_complete(ring, part, true, &n_new, &err), err);
		CHECK_INT(n_new, brings[i]);
		CHECK_STR(ring->case_code, i < 2 ? "-" : "HK-2025-0042");
	}
	check_same(all, ring, 6);

	/* A name that is known stays; a depositor's gets the name and no keys. */
	{
		CLEANUP(ring_freep) struct ring *part = part_of(all, "HK-OTHER", 1, 3);

		CHECK_OK(ring_complete(ring, part, true, &n_new, &err), err);
		CHECK_STR(ring->case_code, "HK-2025-0042");
		CHECK_OK(ring_new_case(&fingerprint, CASE_ID, "-", NULL, &again, &err),
			 err);
		CHECK_OK(ring_complete(again, part, false, &n_new, &err), err);
		CHECK_INT(n_new, 0);
		CHECK_INT(again->n_epochs, 0);
		CHECK_STR(again->case_code, "HK-OTHER");
	}
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(holders_open_it);
	RUN(depositors_get_no_keys);
	RUN(audit_ring_round_trip);
	RUN(padding_hides_the_title);
	RUN(large_rings_fit);
	RUN(checked_against_the_log);
	RUN(titles_of_other_files_are_refused);
	RUN(bad_names_are_refused);
	RUN(padding_is_spaces);
	RUN(other_spellings_are_refused);
	RUN(altered_files_do_not_open);
	RUN(completed_by_older_files);
	return 0;
}
