/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "check.h"
#include "keys/idfile.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char root[64];
	char folder[128]; /* not made yet */
};

static struct place
place_new(void)
{
	struct place place = {.root = "/tmp/test_idfile.XXXXXX"};

	CHECK(mkdtemp(place.root) != NULL);
	snprintf(place.folder, sizeof place.folder, "%s/share/identities", place.root);
	return place;
}

static void
place_done(struct place *place)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", place->root);
	CHECK_INT(system(command), 0);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	CHECK_INT(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
written_once_and_private(void)
{
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	bool exposed = true;
	mode_t mask = umask(0);

	CHECK_INT(idfile_find(place.folder, "S-014", &path, &err), 1);
	CHECK_OK(idfile_write_new(place.folder, "S-014", BYTES_STR("one"), &err), err);
	umask(mask);
	CHECK_FAILS(idfile_write_new(place.folder, "S-014", BYTES_STR("two"), &err), err,
		    AMANA_E_CONFLICT);
	CHECK_OK(idfile_find(place.folder, "S-014", &path, &err), err);
	CHECK(buf_text(&path)[0] == '/');
	CHECK_OK(idfile_read(buf_text(&path), &file, &exposed, &err), err);
	CHECK_STR(buf_text(&file), "one");
	CHECK(!exposed);
	CHECK_INT(mode_of(buf_text(&path)), 0600);
	CHECK_INT(mode_of(place.folder), 0700);
}

static void
replaced_whole(void)
{
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	bool exposed = false;

	CHECK_OK(idfile_write_new(place.folder, "S-014", BYTES_STR("one"), &err), err);
	CHECK_OK(idfile_find(place.folder, "S-014", &path, &err), err);
	CHECK_INT(chmod(buf_text(&path), 0640), 0);
	CHECK_OK(idfile_read(buf_text(&path), &file, &exposed, &err), err);
	CHECK(exposed);
	CHECK_OK(idfile_replace(buf_text(&path), BYTES_STR("second"), &err), err);
	buf_clear(&file);
	CHECK_OK(idfile_read(buf_text(&path), &file, &exposed, &err), err);
	CHECK_STR(buf_text(&file), "second");
	CHECK(!exposed);
}

static void
found_by_code_or_path(void)
{
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(buf_done) struct buf by_code = BUF_INIT(PATH_MAX);
	CLEANUP(buf_done) struct buf by_path = BUF_INIT(PATH_MAX);
	CLEANUP(buf_done) struct buf none = BUF_INIT(PATH_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	char crooked[256];

	CHECK_OK(idfile_write_new(place.folder, "S-014", BYTES_STR("one"), &err), err);
	CHECK_OK(idfile_find(place.folder, "S-014", &by_code, &err), err);
	snprintf(crooked, sizeof crooked, "%s/../identities/./S-014.age", place.folder);
	CHECK_OK(idfile_find("/nowhere", crooked, &by_path, &err), err);
	CHECK_STR(buf_text(&by_code), buf_text(&by_path));
	CHECK_INT(idfile_find(place.folder, "S-015", &none, &err), 1);
	CHECK_INT(idfile_find(place.folder, "/nowhere/S-014.age", &none, &err), 1);
	CHECK_INT(none.len, 0);
}

static void
listed_by_code(void)
{
	static const char *const others[] = {
		"notes.txt", "s-1.age", "S-1.age.bak", ".age", ".tmp-0123456789abcdef",
		"S-1.card"};
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(idfile_list_done) struct idfile_list list = IDFILE_LIST_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	char code[16];

	CHECK_OK(idfile_list(place.folder, &list, &err), err);
	CHECK_INT(list.n, 0);
	for (int i = 40; i > 0; i--) {
		snprintf(code, sizeof code, "S-%03d", i);
		CHECK_OK(idfile_write_new(place.folder, code, BYTES_STR("x"), &err), err);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		char path[256];

		snprintf(path, sizeof path, "%s/%s", place.folder, others[i]);
		CHECK_OK(file_write_new(AT_FDCWD, place.folder, path, 0600,
					BYTES_STR("x"), false, &err),
			 err);
	}
	CHECK_OK(idfile_list(place.folder, &list, &err), err);
	CHECK_INT(list.n, 40);
	CHECK_STR(list.codes[0], "S-001");
	CHECK_STR(list.codes[39], "S-040");
}

static void
what_is_no_identity_file_is_refused(void)
{
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	CLEANUP(buf_done) struct buf big = BUF_INIT(1 << 20);
	struct amana_error err = AMANA_ERROR_INIT;
	char path[256];
	bool exposed;

	CHECK_INT(idfile_read("/nowhere/S-1.age", &file, &exposed, &err), 1);
	CHECK_FAILS(idfile_read(place.root, &file, &exposed, &err), err, AMANA_E_FORMAT);
	CHECK(buf_reserve(&big, IDENTITY_FILE_MAX + 1, &err) != NULL);
	big.len = IDENTITY_FILE_MAX + 1;
	CHECK_OK(idfile_write_new(place.folder, "S-1", BYTES_OF(big), &err), err);
	snprintf(path, sizeof path, "%s/S-1.age", place.folder);
	CHECK_FAILS(idfile_read(path, &file, &exposed, &err), err, AMANA_E_LIMIT);
	snprintf(path, sizeof path, "%s/pipe", place.root);
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_FAILS(idfile_read(path, &file, &exposed, &err), err, AMANA_E_FORMAT);
	CHECK_INT(file.len, 0);
}

static void
the_next_one_takes_its_place(void)
{
	CLEANUP(place_done) struct place place = place_new();
	CLEANUP(idfile_list_done) struct idfile_list list = IDFILE_LIST_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf next = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	char path[256], beside[256];
	bool exposed;

	CHECK_OK(idfile_write_new(place.folder, "S-1", BYTES_STR("one"), &err), err);
	snprintf(path, sizeof path, "%s/S-1.age", place.folder);
	snprintf(beside, sizeof beside, "%s/.S-1.age.next", place.folder);
	CHECK(!idfile_has_next(path));
	CHECK_INT(idfile_read_next(path, &next, &err), 1);
	CHECK_FAILS(idfile_take_next(path, &err), err, AMANA_E_IO);
	CHECK_OK(idfile_write_next(path, BYTES_STR("two"), &err), err);
	CHECK_INT(mode_of(beside), 0600);
	CHECK_FAILS(idfile_write_next(path, BYTES_STR("three"), &err), err,
		    AMANA_E_CONFLICT);
	CHECK(idfile_has_next(path));
	CHECK_OK(idfile_read_next(path, &next, &err), err);
	CHECK_STR(buf_text(&next), "two");
	CHECK_OK(idfile_list(place.folder, &list, &err), err);
	CHECK_INT(list.n, 1); /* it is nobody */
	CHECK_OK(idfile_take_next(path, &err), err);
	CHECK(!idfile_has_next(path));
	CHECK_OK(idfile_read(path, &file, &exposed, &err), err);
	CHECK_STR(buf_text(&file), "two");
	CHECK_INT(mode_of(path), 0600);
}

int
main(void)
{
	RUN(written_once_and_private);
	RUN(replaced_whole);
	RUN(found_by_code_or_path);
	RUN(listed_by_code);
	RUN(what_is_no_identity_file_is_refused);
	RUN(the_next_one_takes_its_place);
	return 0;
}
