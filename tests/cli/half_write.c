/* SPDX-License-Identifier: Apache-2.0 */
/* For LD_PRELOAD.  AMANA_TEST_HALF=TEXT: of the first write that begins with TEXT, half
 * is done, and then the process is gone, as by kill -9. AMANA_TEST_NAMES=1: a file system
 * that knows only files with names. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))
#define NEXT(name) *(void **)(&next) = dlsym(RTLD_NEXT, name)

SEEN ssize_t
write(int fd, const void *bytes, size_t len)
{
	ssize_t (*next)(int, const void *, size_t);
	const char *text = getenv("AMANA_TEST_HALF");

	NEXT("write");
	if (text != NULL && len > strlen(text) &&
	    memcmp(bytes, text, strlen(text)) == 0) {
		(void)!next(fd, bytes, len / 2);
		kill(getpid(), SIGKILL);
	}
	return next(fd, bytes, len);
}

SEEN int
openat(int folder, const char *path, int flags, ...)
{
	int (*next)(int, const char *, int, ...);
	mode_t mode = 0;
	va_list args;

	NEXT("openat");
	va_start(args, flags);
	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE)
		mode = va_arg(args, mode_t);
	va_end(args);
	if ((flags & O_TMPFILE) == O_TMPFILE && getenv("AMANA_TEST_NAMES") != NULL) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return next(folder, path, flags, mode);
}

SEEN int openat64(int folder, const char *path, int flags, ...)
	__attribute__((alias("openat")));
