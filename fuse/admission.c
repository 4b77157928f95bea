/* SPDX-License-Identifier: Apache-2.0 */
#include "admission.h"

#include "clocks.h"
#include "heap.h"

#include <pthread.h>
#include <string.h>

#define REMEMBERED_MS 50

struct admission {
	const struct refused_programs *list;
	pthread_mutex_t lock; /* of all that follows */
	/* Who asked last, and the name in the list that refused him, or NULL. */
	int64_t at_ms; /* monotonic; 0: nobody yet */
	struct caller caller;
	const char *refused_by;
	struct amana_mount_refusal refusals[ADMISSION_REFUSALS_MAX];
	size_t n_refusals;
};

struct admission *
admission_new(const struct refused_programs *list)
{
	struct admission *admission = heap_new(1, sizeof *admission);

	if (admission == NULL)
		return NULL;
	admission->list = list;
	pthread_mutex_init(&admission->lock, NULL);
	return admission;
}

void
admission_free(struct admission *admission)
{
	if (admission == NULL)
		return;
	pthread_mutex_destroy(&admission->lock);
	heap_free(admission);
}

/* With the lock held. */
static void
count_refusal(struct admission *admission, const char *program)
{
	size_t i = 0;

	while (i < admission->n_refusals &&
	       strcmp(admission->refusals[i].program, program) != 0)
		i++;
	if (i == ADMISSION_REFUSALS_MAX)
		return;
	if (i == admission->n_refusals)
		admission->refusals[admission->n_refusals++].program = program;
	admission->refusals[i].count++;
}

/* Whether it is the one who asked last, a moment ago, and calls itself what it did then.
 */
static bool
asked_before(struct admission *admission, uint32_t uid, pid_t pid, struct caller *ret,
	     const char **ret_refused_by)
{
	bool found;

	pthread_mutex_lock(&admission->lock);
	found = admission->at_ms != 0 &&
		clocks_monotonic_ms() - admission->at_ms < REMEMBERED_MS && pid > 0 &&
		admission->caller.pid == (uint32_t)pid && admission->caller.uid == uid;
	if (found) {
		*ret = admission->caller;
		*ret_refused_by = admission->refused_by;
	}
	pthread_mutex_unlock(&admission->lock);
	return found && caller_is_still(ret);
}

bool
admission_ask(struct admission *admission, uint32_t uid, pid_t pid,
	      struct caller *ret_caller)
{
	const char *refused_by;
	bool before = asked_before(admission, uid, pid, ret_caller, &refused_by);

	if (!before) {
		caller_look(uid, pid, refused_programs_need_command(admission->list),
			    ret_caller);
		refused_by = refused_programs_match(admission->list, ret_caller);
	}
	pthread_mutex_lock(&admission->lock);
	if (!before) {
		admission->caller = *ret_caller;
		admission->refused_by = refused_by;
		admission->at_ms = clocks_monotonic_ms();
	}
	if (refused_by != NULL)
		count_refusal(admission, refused_by);
	pthread_mutex_unlock(&admission->lock);
	return refused_by == NULL;
}

size_t
admission_refusals(struct admission *admission,
		   struct amana_mount_refusal ret[ADMISSION_REFUSALS_MAX])
{
	size_t n;

	pthread_mutex_lock(&admission->lock);
	n = admission->n_refusals;
	for (size_t i = 0; i < n; i++)
		ret[i] = admission->refusals[i];
	pthread_mutex_unlock(&admission->lock);
	return n;
}
