/* SPDX-License-Identifier: Apache-2.0 */
#include "end.h"

#include "heap.h"
#include "ranges.h"

static void
take_down(struct program *program)
{
	atomic_store(&program->ops.stopped, true);
	if (program->first_open != NULL)
		first_open_stop(program->first_open);
	bytes_stop(program->bytes);
	if (program->loop != NULL && !loop_is_over(program->loop))
		bytes_drop(program->bytes);
	loop_stop(program->loop);
	if (program->mounted)
		fuse_session_unmount(program->session);
	if (program->session != NULL)
		fuse_session_destroy(program->session);
	bytes_free(program->bytes);
}

/* Closes the mount with all that the record of the end tells. */
static int
record_end(struct program *program, const char *why, struct amana_error *err)
{
	struct amana_mount_refusal refusals[ADMISSION_REFUSALS_MAX];
	CLEANUP(heap_freep) struct opening **openings = NULL;
	CLEANUP(heap_freep) struct amana_mount_range *ranges = NULL;
	size_t n_openings;
	struct amana_mount_end end = {
		.why = why,
		.refusals = refusals,
		.n_writes_refused = atomic_load(&program->ops.n_writes_refused)};

	if (program->admission != NULL)
		end.n_refusals = admission_refusals(program->admission, refusals);
	if (program->first_open != NULL) {
		first_open_settle(program->first_open, program->mount);
		/* Without memory the end is recorded without what was read. */
		if (first_open_all(program->first_open, &openings, &n_openings) < 0 ||
		    ranges_of(openings, n_openings, &ranges, &end.n_ranges) < 0)
			end.n_ranges = 0;
	}
	end.ranges = ranges;
	first_open_free(program->first_open); /* readers are closed before the mount */
	program->first_open = NULL;
	return amana_mount_close(program->mount, &end, err);
}

int
end_mount(struct program *program, const char *why, struct amana_error *err)
{
	int r = 0;

	/* The signal that may have led here was heard; the next one counts again. */
	atomic_store(&program->signals.cancelled, false);
	take_down(program);
	if (program->mount != NULL)
		r = record_end(program, why, err);
	sleep_inhibit_close(program->sleep_inhibit);
	amana_close(program->vault);
	admission_free(program->admission);
	tree_free(program->tree);
	refused_programs_free(program->refused_programs);
	return r;
}
