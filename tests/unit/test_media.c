/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/queue.h"
#include "sandbox/media.h"
#include "sandbox/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TYPE(bytes, want)                                                                \
	{                                                                                \
		(const uint8_t *)(bytes), sizeof(bytes) - 1, want                        \
	}

static const struct {
	const uint8_t *bytes;
	size_t len;
	const char *want;
} samples[] = {
	TYPE("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
	TYPE("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0", "image/png"),
	TYPE("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", "image/jpeg"),
	TYPE("Statement of the witness.\n", "text/plain"),
	TYPE("Ushahidi wa shahidi: \xc3\xa9 \xe2\x80\x93 \xc3\xbc\n", "text/plain"),
	TYPE("From: a@example.org\nTo: b@example.org\nSubject: x\n\nhello\n",
	     "message/rfc822"),
	TYPE("<!DOCTYPE html>\n<html><head><title>x</title></head></html>\n",
	     "text/html"),
	TYPE("{\"a\": [1, 2, {\"b\": null}]}\n", "application/json"),
	TYPE("\x1f\x8b\x08\0\0\0\0\0\0\3", "application/gzip"),
	TYPE("\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "video/x-matroska"),
	TYPE("\0\1\2\3\4\5\6\7", MEDIA_UNKNOWN),
	TYPE("", "inode/x-empty"),
};

static void
check_samples(struct media *media)
{
	char type[MEDIA_TYPE_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		media_type(media, (struct bytes){samples[i].bytes, samples[i].len}, type);
		CHECK_STR(type, samples[i].want);
	}
}

/* Noise is not asked about: even where no worker can start, it is no failure.  With a
 * signature in front it is. */
static void
media_of_noise(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	struct amana_error err;
	uint8_t bytes[8192];
	uint64_t x = 88172645463325252u;
	char type[MEDIA_TYPE_MAX + 1];
	const char *folder = getenv("AMANA_LIBEXEC");
	char *kept = folder != NULL ? strdup(folder) : NULL;

	for (size_t i = 0; i < sizeof bytes; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (uint8_t)(x >> 32);
	}
	CHECK(setenv("AMANA_LIBEXEC", "/nonexistent", 1) == 0);
	CHECK_OK(media_start(1, &media, &err), err);
	media_type(media, (struct bytes){bytes, sizeof bytes}, type);
	CHECK_STR(type, MEDIA_UNKNOWN);
	CHECK_INT(media_problem(media, &err), 0);
	memcpy(bytes, "\xff\xd8\xff\xe0", 4);
	media_type(media, (struct bytes){bytes, sizeof bytes}, type);
	CHECK_INT(media_problem(media, &err), 1);
	media_stop(TAKE(media));
	if (kept != NULL)
		CHECK(setenv("AMANA_LIBEXEC", kept, 1) == 0);
	free(kept);
	CHECK_OK(media_start(1, &media, &err), err);
	media_type(media, (struct bytes){bytes, sizeof bytes}, type);
	CHECK_STR(type, "image/jpeg");
	memset(bytes, 'a', sizeof bytes); /* no noise */
	media_type(media, (struct bytes){bytes, sizeof bytes}, type);
	CHECK_STR(type, "text/plain");
}

static void
media_samples(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	struct amana_error err;

	CHECK_OK(media_start(1, &media, &err), err);
	check_samples(media);
	CHECK_INT(media_problem(media, &err), 0);
}

/* More than a worker takes at once, and a text too long to be searched whole. */
static void
media_long_files(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	char type[MEDIA_TYPE_MAX + 1];
	struct amana_error err;

	CHECK_OK(media_start(1, &media, &err), err);
	for (int i = 0; i < 20000; i++)
		CHECK_OK(buf_add_str(&file, "one more line\n", &err), err);
	media_type(media, BYTES_OF(file), type);
	CHECK_STR(type, "text/plain");
	memcpy(file.data, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0",
	       29);
	media_type(media, BYTES_OF(file), type);
	CHECK_STR(type, "image/png");
	CHECK_INT(media_problem(media, &err), 0);
}

static void
run_samples(void *arg)
{
	for (int i = 0; i < 50; i++)
		check_samples(arg);
}

static void
media_many_threads(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	struct workers *workers;
	struct amana_error err;

	CHECK_OK(media_start(2, &media, &err), err);
	CHECK_OK(workers_start(5, run_samples, media, &workers, &err), err);
	workers_join(workers);
	CHECK_INT(media_problem(media, &err), 0);
}

/* --- the lock
 * --------------------------------------------------------------------------------- */

/* The worker that tries what ours never would (tests/probe), in its place. */
static int
start_probe(struct sandbox **ret_sandbox, struct amana_error *err)
{
	const char *ours = getenv("AMANA_LIBEXEC"), *probes = getenv("AMANA_PROBE");
	char *kept;
	int r;

	CHECK(ours != NULL && probes != NULL);
	kept = strdup(ours);
	CHECK(kept != NULL && setenv("AMANA_LIBEXEC", probes, 1) == 0);
	r = sandbox_start("probe", ret_sandbox, err);
	CHECK(setenv("AMANA_LIBEXEC", kept, 1) == 0);
	free(kept);
	return r;
}

static int
probe(const char *attempt, int timeout_ms, struct amana_error *err)
{
	CLEANUP(sandbox_stopp) struct sandbox *sandbox = NULL;
	char text[16];
	struct sandbox_reply reply = {text, sizeof text, 0};

	CHECK_OK(start_probe(&sandbox, err), *err);
	CHECK_OK(sandbox_ask(sandbox, BYTES_STR("nothing"), 5000, &reply, err), *err);
	CHECK(reply.len == 5 && memcmp(text, "alive", 5) == 0);
	return sandbox_ask(sandbox, BYTES_STR(attempt), timeout_ms, &reply, err);
}

static void
sandbox_is_locked(void)
{
	static const char *const attempts[] = {"open", "socket", "fork",
					       "exec", "code",	 "protect",
					       "map",  "read",	 "write"};
	struct amana_error err;

	for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
		CHECK_FAILS(probe(attempts[i], 5000, &err), err, AMANA_E_IO);
		CHECK_STR(err.msg, "the worker 'probe' died: Bad system call");
	}
}

static void
sandbox_hang_ends(void)
{
	struct amana_error err;

	CHECK_FAILS(probe("hang", 50, &err), err, AMANA_E_IO);
	CHECK_STR(err.msg, "the worker 'probe' does not answer");
}

static void
sandbox_bounds(void)
{
	CLEANUP(sandbox_stopp) struct sandbox *sandbox = NULL;
	static uint8_t big[SANDBOX_MESSAGE_MAX + 1];
	struct amana_error err;
	char text[16];
	struct sandbox_reply reply = {text, sizeof text, 0};

	CHECK_OK(start_probe(&sandbox, &err), err);
	CHECK_FAILS(
		sandbox_ask(sandbox, (struct bytes){big, sizeof big}, 5000, &reply, &err),
		err, AMANA_E_BUG);
	CHECK_OK(sandbox_ask(sandbox, (struct bytes){big, sizeof big - 1}, 5000, &reply,
			     &err),
		 err);
	CHECK_INT(reply.len, 5);
	reply.cap = 4;
	CHECK_FAILS(sandbox_ask(sandbox, BYTES_STR("x"), 5000, &reply, &err), err,
		    AMANA_E_IO); /* "alive" is longer than asked for */
}

/* What /proc says of the locked worker.  Field names as in proc(5). */
static bool
status_says(pid_t pid, const char *line)
{
	char path[64], got[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	CHECK(file != NULL);
	while (fgets(got, sizeof got, file) != NULL)
		found = found || strcmp(got, line) == 0;
	fclose(file);
	return found;
}

static pid_t
only_child(void)
{
	char path[64];
	int pid = 0, more = 0, n;
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	CHECK(file != NULL);
	n = fscanf(file, "%d %d", &pid, &more);
	fclose(file);
	return n == 1 ? pid : 0;
}

static size_t
n_open_files(pid_t pid)
{
	char path[64];
	size_t n = 0;
	DIR *folder;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	CHECK(folder != NULL);
	for (struct dirent *entry = readdir(folder); entry != NULL;
	     entry = readdir(folder))
		n += entry->d_name[0] != '.';
	closedir(folder);
	return n;
}

static bool
limit_is_zero(pid_t pid, const char *name)
{
	char path[64], line[256];
	bool is_zero = false;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/limits", (int)pid);
	file = fopen(path, "re");
	CHECK(file != NULL);
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			is_zero = strspn(line + strlen(name), " 0") >= 30;
	fclose(file);
	return is_zero;
}

static void
sandbox_looks_locked(void)
{
	CLEANUP(sandbox_stopp) struct sandbox *sandbox = NULL;
	struct amana_error err;
	int kept = open("/dev/null",
			O_RDONLY); /* without O_CLOEXEC: still none of its business */
	pid_t pid;

	CHECK(kept >= 0);
	CHECK_OK(start_probe(&sandbox, &err), err);
	close(kept);
	pid = only_child();
	CHECK(pid > 0);
	CHECK(status_says(pid, "Seccomp:\t2\n"));
	CHECK(status_says(pid, "NoNewPrivs:\t1\n"));
	CHECK_INT(n_open_files(pid), 3);
	CHECK(limit_is_zero(pid, "Max file size"));
	CHECK(limit_is_zero(pid, "Max open files"));
	CHECK(limit_is_zero(pid, "Max processes"));
	CHECK(limit_is_zero(pid, "Max core file size"));
	sandbox_stop(TAKE(sandbox));
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 &&
	      errno == ECHILD); /* nothing is left of it */
}

/* --- when a worker fails
 * ---------------------------------------------------------------------- */

static void
media_goes_on_after_a_death(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	char type[MEDIA_TYPE_MAX + 1];
	struct amana_error err;
	pid_t first, second;

	CHECK_OK(media_start(1, &media, &err), err);
	check_samples(media);
	first = only_child();
	CHECK(first > 0 && kill(first, SIGTERM) == 0);
	while (!status_says(first, "State:\tZ (zombie)\n"))
		usleep(1000);
	media_type(media, BYTES_STR("%PDF-1.7\n"), type);
	CHECK_STR(type, MEDIA_UNKNOWN);
	CHECK_INT(media_problem(media, &err), 1);
	CHECK_STR(err.msg, "the worker 'media' died: Terminated");
	check_samples(media);
	second = only_child();
	CHECK(second > 0 && second != first);
	CHECK_INT(media_problem(media, &err), 1);
}

static void
media_workers_are_replaced(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	char type[MEDIA_TYPE_MAX + 1];
	struct amana_error err;
	pid_t first = 0;

	CHECK_OK(media_start(1, &media, &err), err);
	for (int i = 0; i < 1001; i++) {
		media_type(media, BYTES_STR("%PDF-1.7\n"), type);
		CHECK_STR(type, "application/pdf");
		if (i == 0)
			first = only_child();
		else
			CHECK((only_child() == first) == (i < 1000));
	}
	CHECK_INT(media_problem(media, &err), 0);
}

/* Puts a script in the worker's place; what it says is up to `script`.  Returns the
 * folder. */
static void
false_worker(const char *script, char folder[32], char **ret_saved)
{
	char path[64], *before = getenv(SANDBOX_ENV);
	FILE *file;

	*ret_saved = before != NULL ? strdup(before) : NULL;
	snprintf(folder, 32, "/tmp/amana-media-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/amana-worker", folder);
	file = fopen(path, "we");
	CHECK(file != NULL && fprintf(file, "#!/bin/sh\n%s\n", script) > 0 &&
	      fclose(file) == 0);
	CHECK_INT(chmod(path, 0700), 0);
	CHECK_INT(setenv(SANDBOX_ENV, folder, 1), 0);
}

static void
true_worker(const char *folder, char *saved)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	CHECK_INT(system(command), 0);
	CHECK_INT(saved != NULL ? setenv(SANDBOX_ENV, saved, 1) : unsetenv(SANDBOX_ENV),
		  0);
	free(saved);
}

/* A worker that could not lock itself in says why, and is asked nothing. */
static void
sandbox_not_ready(void)
{
	struct sandbox *sandbox;
	struct amana_error err;
	char folder[32], *saved;

	false_worker("printf '\\0\\0\\0\\6no\\nway'; cat", folder, &saved);
	CHECK_FAILS(sandbox_start("media", &sandbox, &err), err, AMANA_E_IO);
	CHECK_STR(err.msg, "the worker 'media' cannot work: no?way");
	true_worker(folder, saved);
}

/* What a taken-over worker may say: none of it gets further. */
static void
media_answers_are_checked(void)
{
	static const char *const answers[] = {"/",     "a/",	 "/a",	  "a/b/c",
					      "a/b c", "a/b\\n", "a/b\\0"};
	char folder[32], *saved, script[256], type[MEDIA_TYPE_MAX + 1];
	struct media *media;
	struct amana_error err;

	for (size_t i = 0; i <= ARRAY_LEN(answers); i++) {
		const char *answer = i < ARRAY_LEN(answers) ? answers[i] : "a/b";
		size_t len = strlen(answer) - (strchr(answer, '\\') != NULL);

		snprintf(script, sizeof script,
			 "printf '\\0\\0\\0\\5ready\\0\\0\\0\\%zo%s'; cat >/dev/null",
			 len, answer);
		false_worker(script, folder, &saved);
		CHECK_OK(media_start(1, &media, &err), err);
		media_type(media, BYTES_STR("x"), type);
		CHECK_STR(type, i < ARRAY_LEN(answers) ? MEDIA_UNKNOWN : "a/b");
		CHECK_INT(media_problem(media, &err), 0);
		media_stop(media);
		true_worker(folder, saved);
	}
}

static void
media_without_workers(void)
{
	CLEANUP(media_stopp) struct media *media = NULL;
	char type[MEDIA_TYPE_MAX + 1], *before = getenv(SANDBOX_ENV);
	char *saved = before != NULL ? strdup(before) : NULL;
	struct amana_error err;

	CHECK_INT(setenv(SANDBOX_ENV, "/nowhere", 1), 0);
	CHECK_OK(media_start(1, &media, &err), err);
	for (int i = 0; i < 2; i++) {
		media_type(media, BYTES_STR("%PDF-1.7\n"), type);
		CHECK_STR(type, MEDIA_UNKNOWN);
	}
	media_type(media, BYTES_STR(""), type);
	CHECK_STR(type, "inode/x-empty");
	CHECK_INT(media_problem(media, &err), 2);
	CHECK(strstr(err.msg, "/nowhere/amana-worker") != NULL);
	CHECK_INT(saved != NULL ? setenv(SANDBOX_ENV, saved, 1) : unsetenv(SANDBOX_ENV),
		  0);
	free(saved);
	media_type(media, BYTES_STR("%PDF-1.7\n"),
		   type); /* not tried again for each file */
	CHECK_STR(type, MEDIA_UNKNOWN);
}

int
main(void)
{
	RUN(media_samples);
	RUN(media_of_noise);
	RUN(media_long_files);
	RUN(media_many_threads);
	RUN(sandbox_is_locked);
	RUN(sandbox_hang_ends);
	RUN(sandbox_bounds);
	RUN(sandbox_looks_locked);
	RUN(media_goes_on_after_a_death);
	RUN(media_workers_are_replaced);
	RUN(sandbox_not_ready);
	RUN(media_answers_are_checked);
	RUN(media_without_workers);
	return 0;
}
