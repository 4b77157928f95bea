/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file_rests.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZEROS_LEN ((size_t)65536)

static void
closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

/* FILE_REST_PREFIX and 16 hex digits: no other name is anybody's rest. */
static bool
is_rest(const char *name)
{
	size_t len = strlen(FILE_REST_PREFIX);

	return strncmp(name, FILE_REST_PREFIX, len) == 0 && strlen(name + len) == 16 &&
	       strspn(name + len, "0123456789abcdef") == 16;
}

/* Opens it if it is a file of this user's whose writer is gone.  Whoever makes one waits
 * for this lock, and then sees that the file has no name any more. */
static int
take(int dirfd, const char *name, struct stat *ret_st)
{
	int fd = openat(dirfd, name,
			O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, ret_st) == 0 && S_ISREG(ret_st->st_mode) &&
	    ret_st->st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    fstat(fd, ret_st) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
write_over(int fd, uint64_t len, struct amana_error *err)
{
	static const uint8_t zeros[ZEROS_LEN];

	while (len > 0) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (file_write_all(fd, zeros, n, err) < 0)
			return -1;
		len -= n;
	}
	return file_fsync(fd, err);
}

/* 0: removed.  1: there is nothing to remove. */
static int
wipe(int dirfd, const char *name, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	struct amana_error ignored;
	struct stat st;

	fd = take(dirfd, name, &st);
	if (fd < 0)
		return 1;
	/* With two names it was being given its own when its writer ended.  What cannot
	 * be written over (a full disk that keeps old blocks, say) is removed all the
	 * same. */
	if (st.st_nlink == 1)
		IGNORE(write_over(fd, (uint64_t)st.st_size, &ignored));
	return file_unlink(dirfd, name, err);
}

int
file_rests_wipe(int dirfd, size_t *ret_n, struct amana_error *err)
{
	CLEANUP(closedirp) DIR *dir = NULL;
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	const struct dirent *entry;
	size_t n = 0;

	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (dir == NULL && fd >= 0)
		close(fd);
	/* A folder that may be written and not listed shows nobody's rests. */
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct amana_error why;
		int one;

		if (!is_rest(entry->d_name))
			continue;
		one = wipe(dirfd, entry->d_name, &why);
		n += one == 0;
		if (one < 0)
			*err = why;
		r = one < 0 ? -1 : r;
	}
	*ret_n = n;
	return r < 0 ? err_wrap(err, "a rest in the clear") : 0;
}
