/* SPDX-License-Identifier: Apache-2.0 */
#include "stand.h"

#include "refresh.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define NEWS_MS 1000
#define TIDY_MS 10000

enum { FD_FIRST_OPEN, FD_WAKEUP, FD_PERSON, FD_SLEEP, N_FDS };

/* Nothing of the terminal or the login that it was started in stays with a mount in the
 * background; it has left the folder already. */
static void
go_alone(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null >= 0)
		close(null);
}

/* False: the mount has to end, and program->why says why.  A store that cannot be read
 * now may be there again later. */
static bool
look_for_news(struct program *program)
{
	struct amana_mount_news news = {.changed = false};
	struct amana_error err = AMANA_ERROR_INIT;

	if (amana_mount_poll(program->mount, &news, &err) < 0 ||
	    (news.changed && !news.must_end &&
	     refresh_tree(program->tree, program->mount, program->session, &err) < 0)) {
		/* It may have been interrupted by a signal, which ends the mount. */
		if (!atomic_load(&program->signals.asked))
			speaker_say(&program->speaker,
				    "amana-mount: news of the vault cannot be had: %s",
				    speaker_error(&program->speaker, &err));
		return true;
	}
	if (news.must_end)
		snprintf(program->why, sizeof program->why, "%s", news.why);
	return !news.must_end;
}

/* True: the person is gone, and the mount was to end with him. */
static bool
listen_to_person(struct program *program, const struct pollfd *fd)
{
	if ((fd->revents & (POLLIN | POLLHUP | POLLERR)) == 0)
		return false;
	switch (person_listen(&program->person)) {
	case PERSON_DETACH:
		go_alone();
		break;
	case PERSON_GONE:
		return true;
	case PERSON_NOTHING:
		break;
	}
	return false;
}

/* Does what has come up.  Why it has to end now; NULL: it goes on. */
static const char *
attend(struct program *program, const struct pollfd fds[N_FDS])
{
	struct amana_error err = AMANA_ERROR_INIT;
	const char *why;

	if (atomic_load(&program->signals.asked))
		return "stopped";
	if (loop_is_over(program->loop))
		return "unmounted";
	if (listen_to_person(program, &fds[FD_PERSON]))
		return "stopped";
	if (sleep_inhibit_look(program->sleep_inhibit))
		return "the machine goes to sleep";
	why = expiry_reason(&program->expiry, clocks_now());
	if (why != NULL)
		return why;
	if (!first_open_work(program->first_open, program->mount, &err))
		return look_for_news(program) ? "nothing more may be read" : program->why;
	return NULL;
}

const char *
stand_until_over(struct program *program)
{
	struct pollfd fds[N_FDS] = {{.events = POLLIN},
				    {.events = POLLIN},
				    {.events = POLLIN},
				    {.events = POLLIN}};
	int64_t news_at = 0, tidy_at = 0, now;
	const char *why;

	fds[FD_FIRST_OPEN].fd = first_open_fd(program->first_open);
	fds[FD_WAKEUP].fd = program->wakeup;
	for (;;) {
		fds[FD_PERSON].fd = program->person.fd;
		fds[FD_SLEEP] = sleep_inhibit_pollfd(program->sleep_inhibit);
		if (poll(fds, N_FDS,
			 expiry_wait_ms(&program->expiry, clocks_now(), NEWS_MS)) <= 0)
			fds[FD_PERSON].revents = 0;
		why = attend(program, fds);
		if (why != NULL)
			return why;
		now = clocks_monotonic_ms();
		if (now >= news_at) {
			if (!look_for_news(program))
				return program->why;
			news_at = clocks_monotonic_ms() + NEWS_MS;
		}
		if (now >= tidy_at) {
			first_open_trim(program->first_open);
			bytes_tidy(program->bytes);
			tidy_at = now + TIDY_MS;
		}
	}
}
