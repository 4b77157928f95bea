/* SPDX-License-Identifier: Apache-2.0 */
/*
 * amana-worker JOB: looks at foreign bytes for another process (sandbox/sandbox.h).  Not
 * for people.
 */
#include "sandbox/magic_job.h"
#include "sandbox/serve.h"

static int
prepare_media(void **ret_state, struct amana_error *err)
{
	struct magic_job *job;

	if (magic_job_new(&job, err) < 0)
		return -1;
	*ret_state = job;
	return 0;
}

static struct bytes
answer_media(void *state, struct bytes request)
{
	return magic_job_type(state, request);
}

int
main(int argc, char **argv)
{
	static const struct serve_job jobs[] = {
		{"media", prepare_media, answer_media},
	};

	return serve_main(jobs, ARRAY_LEN(jobs), argc, argv);
}
