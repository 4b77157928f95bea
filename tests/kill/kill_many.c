/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Four people deposit at once, each with one `amana deposit` after another, and each of
 * those is killed at a random moment, until N were killed:
 *
 *	kill_many AMANA VAULT CASE TOP SEED N
 *
 * Person k has the home TOP/people/D-10k with the passphrase in the file `pass`.  Run i
 * of person k deposits TOP/runs/k-i/files and leaves its receipts and its output in
 * TOP/runs/k-i; a run that nobody killed leaves `done` there.
 */
#define PEOPLE 4
#define FILES 3

struct shared {
	atomic_int killed, finished, failed;
};

struct worker {
	const char *amana, *vault, *case_code, *top;
	int person;
	uint64_t random;
	int n_kills;
	double typical_s; /* how long a run takes */
	struct shared *shared;
};

static uint64_t
draw(struct worker *worker)
{
	worker->random += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = worker->random;

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void
make_files(struct worker *worker, const char *run, int i)
{
	static const size_t sizes[FILES] = {700, 30000, 120000};
	char path[600];

	snprintf(path, sizeof path, "%s/files", run);
	CHECK(mkdir(run, 0700) == 0 && mkdir(path, 0700) == 0);
	for (int f = 0; f < FILES; f++) {
		size_t len = f == 2 && i % 12 == 5
				     ? 6000000
				     : sizes[f]; /* the pipeline's own threads, too */
		FILE *file;

		snprintf(path, sizeof path, "%s/files/%d-%d-%d", run, worker->person, i,
			 f);
		file = fopen(path, "wb");
		CHECK(file != NULL);
		for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
			uint64_t word = draw(worker);

			CHECK(fwrite(&word, sizeof word, 1, file) == 1);
		}
		CHECK(fclose(file) == 0);
	}
}

static pid_t
start(const struct worker *worker, const char *run)
{
	char home[512], pass[600];
	pid_t pid = fork();
	int fd;

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	snprintf(home, sizeof home, "%s/people/D-10%d", worker->top, worker->person);
	snprintf(pass, sizeof pass, "file:%s/pass", home);
	CHECK(chdir(run) == 0 && setenv("HOME", home, 1) == 0);
	fd = open("output", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && dup2(fd, 0) == 0);
	execl(worker->amana, "amana", "-C", worker->vault, "--no-input", "--yes",
	      "--passphrase", pass, "deposit", worker->case_code, "files", "--source",
	      "a cable", (char *)NULL);
	_exit(127);
}

static void
pause_for(double seconds)
{
	struct timespec time = {(time_t)seconds,
				(long)((seconds - (double)(time_t)seconds) * 1e9)};

	nanosleep(&time, NULL);
}

static double
now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void
run_one(struct worker *worker, int i)
{
	double began = now(),
	       fraction = (double)(draw(worker) >> 11) / 9007199254740992.0;
	bool untouched = i % 8 == 0; /* to see how long a run takes among the others */
	char run[512], done[600];
	int status;
	pid_t pid;

	snprintf(run, sizeof run, "%s/runs/%d-%d", worker->top, worker->person, i);
	make_files(worker, run, i);
	began = now();
	pid = start(worker, run);
	if (!untouched) {
		pause_for(fraction * 1.3 * worker->typical_s);
		(void)kill(pid, SIGKILL);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		worker->shared->killed++;
		return;
	}
	if (untouched)
		worker->typical_s = (worker->typical_s + now() - began) / 2;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "%s ended with %d\n", run, status);
		worker->shared->failed++;
		return;
	}
	snprintf(done, sizeof done, "%s/done", run);
	close(open(done, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	worker->shared->finished++;
}

static int
work(struct worker *worker)
{
	for (int i = 0;
	     worker->shared->killed < worker->n_kills && worker->shared->failed == 0; i++)
		run_one(worker, i);
	return 0;
}

/* What the killed left behind (the worker that looks at media types) must end by itself.
 */
static bool
nobody_is_left(void)
{
	double until = now() + 10;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (pid == 0 && now() > until)
			return false;
		if (pid == 0)
			pause_for(0.05);
	}
	return errno == ECHILD;
}

int
main(int argc, char **argv)
{
	struct shared *shared;
	pid_t people[PEOPLE];

	CHECK(argc == 7);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	for (int k = 0; k < PEOPLE; k++) {
		people[k] = fork();
		CHECK(people[k] >= 0);
		if (people[k] == 0) {
			struct worker worker = {
				.amana = argv[1],
				.vault = argv[2],
				.case_code = argv[3],
				.top = argv[4],
				.person = k + 1,
				.random =
					strtoull(argv[5], NULL, 10) * 1000 + (uint64_t)k,
				.n_kills = atoi(argv[6]),
				.typical_s = 0.2,
				.shared = shared};

			_exit(work(&worker));
		}
	}
	for (int k = 0; k < PEOPLE; k++) {
		int status;

		CHECK(waitpid(people[k], &status, 0) == people[k] && status == 0);
	}
	printf("%d killed, %d finished, %d failed\n", shared->killed, shared->finished,
	       shared->failed);
	if (!nobody_is_left()) {
		fprintf(stderr,
			"a process of somebody killed is still there after 10 s\n");
		return 1;
	}
	return shared->failed > 0;
}
