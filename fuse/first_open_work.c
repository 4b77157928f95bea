/* SPDX-License-Identifier: Apache-2.0 */
#include "first_open_core.h"

#include "fail.h"
#include "wakeup.h"

#include <inttypes.h>

static void
say_error(const struct first_open *first_open, const char *what, uint64_t number,
	  const struct amana_error *err)
{
	speaker_say(first_open->speaker, "amana-mount: %sexhibit %" PRIu64 " %s: %s",
		    err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", number, what,
		    speaker_error(first_open->speaker, err));
}

/* With the lock held: takes up to `cap` of those that are expected still out of the list.
 */
static size_t
take_expected(struct first_open *first_open, struct opening **ret, size_t cap)
{
	size_t n = 0;

	while (n < cap && first_open->expected != NULL) {
		struct opening *opening = first_open->expected;

		first_open->expected = opening->next_expected;
		if (opening->waiting || opening->recorded)
			opening->expected =
				false; /* overtaken: somebody asks for it now */
		else
			ret[n++] = opening;
	}
	if (first_open->expected == NULL)
		first_open->expected_end = &first_open->expected;
	return n;
}

/* Answers one opening after the act; `status` is what the record said of it. */
static void
finish_one(struct first_open *first_open, struct amana_mount *mount,
	   struct opening *opening, int status)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_reader *reader = NULL;

	if (status != 0) {
		first_open_answer(first_open, opening, NULL,
				  fail_errno((enum amana_code)status));
		return;
	}
	pthread_mutex_lock(&first_open->lock);
	opening->recorded = true;
	opening->expected = false;
	pthread_mutex_unlock(&first_open->lock);
	if (amana_mount_reader(mount, opening->file->number, &reader, &err) < 0) {
		say_error(first_open, "cannot be read", opening->file->number, &err);
		first_open_answer(first_open, opening, NULL, fail_errno(err.code));
		return;
	}
	first_open_answer(first_open, opening, reader, 0);
}

/* Records the openings of the act, `ahead` if they are expected.  Those that
 * were recorded ahead and are opened now are told without `ahead`, which writes nothing.
 */
static int
record(struct first_open *first_open, struct amana_mount *mount, bool ahead,
       struct amana_error *err)
{
	struct first_open_act *act = &first_open->act;

	/* Copied, since somebody else may ask meanwhile for what is expected. */
	pthread_mutex_lock(&first_open->lock);
	for (size_t i = 0; i < act->n; i++)
		act->who[i] = act->list[i]->who;
	pthread_mutex_unlock(&first_open->lock);
	for (size_t i = 0; i < act->n; i++)
		act->openings[i] =
			(struct amana_opening){.number = act->list[i]->file->number,
					       .program = act->who[i].name,
					       .uid = act->who[i].uid,
					       .pid = act->who[i].pid,
					       .ahead = ahead};
	return amana_mount_record(mount, act->openings, act->n, err);
}

/* False: nothing more may be read. */
static bool
work_asked(struct first_open *first_open, struct amana_mount *mount,
	   struct amana_error *err)
{
	struct first_open_act *act = &first_open->act;

	if (record(first_open, mount, false, err) < 0) {
		speaker_say(
			first_open->speaker,
			"amana-mount: an opening could not be put on record, so nothing was opened: %s",
			speaker_error(first_open->speaker, err));
		for (size_t i = 0; i < act->n; i++)
			first_open_answer(first_open, act->list[i], NULL,
					  fail_errno(err->code));
		return err->code != AMANA_E_DENIED && err->code != AMANA_E_LOCKED;
	}
	for (size_t i = 0; i < act->n; i++)
		finish_one(first_open, mount, act->list[i], act->openings[i].status);
	return true;
}

/* Records what is expected and makes the readers too, so that an opener finds everything
 * ready.  What does not work out is left to the opening itself, which will say why. */
static void
work_expected(struct first_open *first_open, struct amana_mount *mount)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct first_open_act *act = &first_open->act;
	bool done = record(first_open, mount, true, &err) == 0;

	for (size_t i = 0; i < act->n; i++) {
		struct opening *opening = act->list[i];
		struct amana_reader *reader = NULL;
		bool recorded = done && act->openings[i].status == 0;

		if (recorded &&
		    amana_mount_reader(mount, opening->file->number, &reader, &err) < 0)
			reader = NULL;
		pthread_mutex_lock(&first_open->lock);
		opening->recorded = recorded;
		if (reader == NULL || opening->waiting)
			opening->expected = false;
		if (reader != NULL && !opening->waiting) {
			atomic_store(&opening->reader, reader);
			reader = NULL;
		}
		pthread_mutex_unlock(&first_open->lock);
		amana_reader_free(reader);
	}
}

/* With the lock held: those that were expected and have been opened since. */
static struct opening *
take_met(struct first_open *first_open)
{
	struct opening *met = first_open->met;

	first_open->met = NULL;
	return met;
}

/* Tells the record of those that were expected and have been opened.  Failing changes
 * nothing for them: they are on record. */
static void
work_met(struct first_open *first_open, struct amana_mount *mount, struct opening *met)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct first_open_act *act = &first_open->act;

	while (met != NULL) {
		for (act->n = 0; act->n < FIRST_OPEN_TOGETHER && met != NULL;
		     met = met->next_met)
			act->list[act->n++] = met;
		IGNORE(record(first_open, mount, false, &err));
	}
}

static void
work_damaged(struct first_open *first_open, struct amana_mount *mount,
	     struct opening *damaged)
{
	struct amana_error err = AMANA_ERROR_INIT;

	for (; damaged != NULL; damaged = damaged->next_damaged) {
		(void)fail(
			&err, AMANA_E_TAMPERED,
			"its stored bytes are not those that were deposited; reading it fails, the others go on");
		say_error(first_open, "fails its check", damaged->file->number, &err);
		if (amana_mount_damaged(mount, damaged->file->number, &err) < 0)
			say_error(first_open,
				  "is damaged, which could not be put on record",
				  damaged->file->number, &err);
	}
}

/* Does once what there is to do; *ret_more: something waited, and more may wait by now.
 */
static bool
work_once(struct first_open *first_open, struct amana_mount *mount, bool *ret_more,
	  struct amana_error *err)
{
	struct first_open_act *act = &first_open->act;
	struct opening *damaged, *met;
	bool asked, go_on = true;

	pthread_mutex_lock(&first_open->lock);
	act->n = first_open_take_asked(first_open, act->list, FIRST_OPEN_TOGETHER);
	asked = act->n > 0;
	if (!asked)
		act->n = take_expected(first_open, act->list,
				       FIRST_OPEN_EXPECTED_TOGETHER);
	damaged = first_open->damaged;
	first_open->damaged = NULL;
	met = take_met(first_open);
	pthread_mutex_unlock(&first_open->lock);
	*ret_more = act->n > 0;
	if (asked)
		go_on = work_asked(first_open, mount, err);
	else if (act->n > 0)
		work_expected(first_open, mount);
	work_met(first_open, mount, met);
	work_damaged(first_open, mount, damaged);
	first_open_trim(first_open);
	return go_on;
}

bool
first_open_work(struct first_open *first_open, struct amana_mount *mount,
		struct amana_error *err)
{
	bool go_on = true, more = true;

	wakeup_clear(first_open->wakeup);
	while (go_on && more)
		go_on = work_once(first_open, mount, &more, err);
	return go_on;
}

void
first_open_settle(struct first_open *first_open, struct amana_mount *mount)
{
	struct opening *met;

	pthread_mutex_lock(&first_open->lock);
	met = take_met(first_open);
	pthread_mutex_unlock(&first_open->lock);
	work_met(first_open, mount, met);
}
