/* SPDX-License-Identifier: Apache-2.0 */
#include "log/pin.h"

#include "base/fault.h"
#include "base/file.h"

#include "check.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static struct amana_error err;
static char base[64];

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static struct pin
sample(uint8_t vault, const char *location, uint64_t n)
{
	struct pin pin = {.n = n, .size = 2 * n};

	memset(pin.fingerprint.bytes, vault, HASH_LEN);
	memset(pin.head.bytes, (int)n, HASH_LEN);
	snprintf(pin.location, sizeof pin.location, "%s", location);
	return pin;
}

static void
put(const struct pin *pin)
{
	CLEANUP(file_closep) int dirfd = -1;
	CLEANUP(file_closep) int lock = -1;

	CHECK_OK(pin_folder(base, &pin->fingerprint, &dirfd, &err), err);
	CHECK_OK(pin_lock(dirfd, &lock, &err), err);
	CHECK_OK(pin_write(dirfd, pin, &err), err);
}

static void
check_same(const struct pin *a, const struct pin *b)
{
	CHECK(hash_equal(&a->fingerprint, &b->fingerprint) &&
	      hash_equal(&a->head, &b->head));
	CHECK(a->n == b->n && a->size == b->size);
	CHECK_STR(a->location, b->location);
}

static void
test_written_and_read(void)
{
	struct pin a = sample(1, "/srv/vault of the office", 117),
		   b = sample(2, "s3://x/y", 0), got;
	struct hash unknown = {{9}};
	struct stat st;
	char path[256], hex[HASH_HEX_LEN + 1];

	CHECK_INT(pin_read(base, &a.fingerprint, &got, &err), 1);
	CHECK_INT(pin_find_location(base, a.location, &got, &err), 1);
	put(&a);
	put(&b);
	CHECK_OK(pin_read(base, &a.fingerprint, &got, &err), err);
	check_same(&got, &a);
	CHECK_OK(pin_find_location(base, "s3://x/y", &got, &err), err);
	check_same(&got, &b);
	CHECK_INT(pin_find_location(base, "/srv/vault", &got, &err),
		  1); /* whole places only */
	CHECK_INT(pin_read(base, &unknown, &got, &err), 1);
	hash_hex(&a.fingerprint, hex);
	snprintf(path, sizeof path, "%s/%s", base, hex);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	strcat(path, "/pin");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
}

static void
test_a_pin_in_the_wrong_folder_is_refused(void)
{
	struct pin a = sample(1, "/a", 5), wrong = sample(3, "/a", 5), got;
	CLEANUP(file_closep) int dirfd = -1;

	CHECK_OK(pin_folder(base, &a.fingerprint, &dirfd, &err), err);
	CHECK_OK(pin_write(dirfd, &wrong, &err), err);
	CHECK_FAILS(pin_read(base, &a.fingerprint, &got, &err), err, AMANA_E_TAMPERED);
	CHECK_FAILS(pin_find_location(base, "/nowhere", &got, &err), err,
		    AMANA_E_TAMPERED);
	put(&a);
}

static void
test_places_without_a_spelling(void)
{
	struct pin pin = sample(1, "", 5);
	struct buf text = BUF_INIT(2 * PIN_FILE_MAX);

	CHECK_FAILS(pin_encode(&pin, &text, &err), err, AMANA_E_USAGE);
	pin = sample(1, "/a\n/b", 5);
	CHECK_FAILS(pin_encode(&pin, &text, &err), err, AMANA_E_USAGE);
	memset(pin.location, 'x', PIN_LOCATION_MAX);
	pin.location[PIN_LOCATION_MAX] = 0;
	CHECK_OK(pin_encode(&pin, &text, &err), err);
	{
		struct pin got;

		CHECK_OK(pin_parse(BYTES_OF(text), &got, &err), err);
		check_same(&got, &pin);
	}
	buf_done(&text);
}

static void
test_parse_is_strict(void)
{
#define H64 "1111111111111111111111111111111111111111111111111111111111111111"
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{"amana/pin 1\n" H64 "\n/a\n5\n" H64 "\n9\n", true},
		{"amana/pin 2\n" H64 "\n/a\n5\n" H64 "\n9\n", false},
		{"amana/pin 1\n" H64 "\n/a\n5\n" H64 "\n9", false},
		{"amana/pin 1\n" H64 "\n/a\n5\n" H64 "\n9\n\n", false},
		{"amana/pin 1\n" H64 "\n\n5\n" H64 "\n9\n", false},
		{"amana/pin 1\n" H64 "\n/a\n05\n" H64 "\n9\n", false},
		{"amana/pin 1\n" H64 "\n/a\n-5\n" H64 "\n9\n", false},
		{"amana/pin 1\n" H64 "\n/a\n999999999999\n" H64 "\n9007199254740991\n",
		 true},
		{"amana/pin 1\n" H64 "\n/a\n1000000000000\n" H64 "\n9\n", false},
		{"amana/pin 1\n" H64 "\n/a\n5\n" H64 "\n9007199254740992\n", false},
		{"amana/pin 1\n" H64 "1\n/a\n5\n" H64 "\n9\n", false},
		{"amana/pin 1\nA" H64 "\n/a\n5\n" H64 "\n9\n", false},
		{"amana/pin 1\r\n" H64 "\n/a\n5\n" H64 "\n9\n", false},
		{"", false},
	};
	struct pin pin;
	size_t len = strlen(cases[0].text);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_INT(pin_parse(BYTES_STR(cases[i].text), &pin, &err) == 0,
			  cases[i].good);
	for (size_t i = 0; i < len; i++)
		CHECK_FAILS(pin_parse((struct bytes){(const uint8_t *)cases[0].text, i},
				      &pin, &err),
			    err, AMANA_E_TAMPERED);
}

/* Whatever fails while a pin is written, there is the old one or the new one afterwards.
 */
static void
test_failures_leave_a_whole_pin(void)
{
	static const enum fault_kind kinds[] = {FAULT_ALLOC, FAULT_WRITE, FAULT_SHORT,
						FAULT_FSYNC, FAULT_LINK,  FAULT_OPEN};
	struct pin was = sample(7, "/a", 5), is = sample(7, "/a", 6), got;
	bool fired_ever = false;

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		bool fired = true;

		for (uint64_t nth = 1; fired; nth++) {
			CLEANUP(file_closep) int dirfd = -1;
			int r;

			put(&was);
			CHECK_OK(pin_folder(base, &was.fingerprint, &dirfd, &err), err);
			fault_arm(kinds[k], nth, ENOSPC, false);
			r = pin_write(dirfd, &is, &err);
			fired = fault_passed() >= nth;
			fault_disarm();
			fired_ever |= fired;
			CHECK(r == 0 || fired);
			CHECK_OK(pin_get(dirfd, &got, &err), err);
			check_same(&got, r == 0 || got.n == 6 ? &is : &was);
		}
	}
	/* without the hooks the loop proves nothing, and says so */
	if (!fired_ever)
		printf("# fault hooks are not compiled in\n");
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	snprintf(base, sizeof base, "/tmp/amana-test-pin-XXXXXX");
	CHECK(mkdtemp(base) != NULL);
	strcat(base, "/deep/er");
	RUN(test_written_and_read);
	RUN(test_a_pin_in_the_wrong_folder_is_refused);
	RUN(test_places_without_a_spelling);
	RUN(test_parse_is_strict);
	RUN(test_failures_leave_a_whole_pin);
	base[strlen(base) - strlen("/deep/er")] = 0;
	CHECK(nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
	return 0;
}
