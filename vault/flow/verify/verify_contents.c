/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_contents.h"

#include "base/text.h"
#include "flow/verify/verify_reading.h"
#include "session/act_denied.h"
#include "session/rights.h"

/* Which cases are read, and what is told of them all. */

struct contents {
	struct verify *verify;
	struct verify_counts counts;
	struct member_code me;
	struct custody_id *cases; /* that are to be read; owned */
	size_t n_cases;
	uint32_t n_cases_sealed; /* with exhibits that this person may not read */
};

static uint64_t
count_wanted(const struct contents *contents, const struct custody_id *case_id)
{
	const struct state *state = session_state(contents->verify->session);
	uint32_t n = state_case(state, case_id)->n_exhibits;
	uint64_t wanted = 0;

	for (uint32_t number = 1; number <= n; number++)
		wanted += verify_reading_wants(
			contents->verify, state_exhibit_numbered(state, case_id, number));
	return wanted;
}

/* The case of the scope, which is not SCOPE_ALL.  NULL: the session does not know it,
 * because its log is shorter than the one that was verified. */
static const struct custody_id *
scope_case(const struct verify *verify)
{
	const struct state *state = session_state(verify->session);
	const struct state_exhibit *exhibit;

	if (verify->scope == SCOPE_CASE)
		return state_case(state, &verify->scope_id) != NULL ? &verify->scope_id
								    : NULL;
	exhibit = state_exhibit(state, &verify->scope_id);
	return exhibit != NULL ? &state_exhibit_case(state, exhibit)->id : NULL;
}

/* A case is to be read if this person may read it; else it counts as sealed to others. */
static void
choose_case(struct contents *contents, const struct custody_id *id)
{
	const struct session *session = contents->verify->session;

	if (rights_of(session, id, &contents->me) == RIGHTS_READ) {
		contents->cases[contents->n_cases++] = *id;
		contents->counts.n_total += count_wanted(contents, id);
	} else if (state_case(session_state(session), id)->n_exhibits > 0) {
		contents->n_cases_sealed++;
	}
}

static int
choose_cases(struct contents *contents, struct amana_error *err)
{
	const struct state *state = session_state(contents->verify->session);
	const struct custody_id *id;

	contents->cases = mem_array((size_t)state_n_cases(state) + 1,
				    sizeof contents->cases[0], err);
	if (contents->cases == NULL)
		return -1;
	if (contents->verify->scope != SCOPE_ALL) {
		id = scope_case(contents->verify);
		if (id == NULL)
			return err_bug(err, "a name that the session does not know");
		choose_case(contents, id);
		return 0;
	}
	for (uint32_t i = 0; i < state_n_cases(state); i++)
		choose_case(contents, &state_case_at(state, i)->id);
	return 0;
}

/* Who asks for the contents of a case without the right to read it has made an attempt,
 * and that is recorded; but an auditor may ask for anything. */
static void
record_refusal(const struct contents *contents)
{
	const struct verify *verify = contents->verify;
	const struct custody_id *found =
		verify->scope != SCOPE_ALL ? scope_case(verify) : NULL;
	struct custody_id case_id;
	struct subject subject;

	if (found == NULL ||
	    state_has_role(session_state(verify->session), &contents->me, ROLE_AUDITOR))
		return;
	case_id = *found;
	subject = verify->scope == SCOPE_EXHIBIT ? subject_exhibit(&verify->scope_id)
						 : subject_case(&case_id);
	act_denied(verify->session, &subject, &case_id, "verify contents");
}

static void
tell(const struct contents *contents)
{
	const struct verify_counts *counts = &contents->counts;
	struct verify *verify = contents->verify;

	if (contents->n_cases_sealed > 0)
		verify_tell(verify, "contents", AMANA_NOT_CHECKED,
			    "%" PRIu32
			    " of the cases %s sealed to others than %s; a reader or lead "
			    "of each can check it",
			    contents->n_cases_sealed,
			    contents->n_cases_sealed == 1 ? "is" : "are",
			    contents->me.text);
	if (counts->n_sealed > 0)
		verify_tell(
			verify, "contents", AMANA_NOT_CHECKED,
			"%s sealed to epochs that %s does not hold",
			text_count(counts->n_sealed, "exhibit is", "exhibits are").text,
			contents->me.text);
	if (counts->n_erased > 0)
		verify_tell(verify, "contents", AMANA_VOID,
			    "%s opened any more: the sheets were erased, as the log says",
			    text_count(counts->n_erased, "exhibit cannot be",
				       "exhibits cannot be")
				    .text);
	if (counts->n_failed > 0)
		verify_tell(verify, "contents", AMANA_FAIL,
			    "%" PRIu64 " of %" PRIu64 " fail", counts->n_failed,
			    counts->n_total);
	else if (counts->n_good > 0 || contents->n_cases_sealed == 0)
		verify_tell(verify, "contents", AMANA_PASS,
			    "%s opened, each is what its lines say",
			    text_count(counts->n_good, "exhibit", "exhibits").text);
}

static int
read_cases(struct contents *contents, struct amana_error *err)
{
	CLEANUP(verify_reading_freep) struct verify_reading *reading = NULL;

	if (choose_cases(contents, err) < 0 ||
	    verify_reading_new(contents->verify, &contents->counts, &reading, err) < 0)
		return -1;
	for (size_t i = 0; i < contents->n_cases; i++)
		if (verify_reading_case(reading, &contents->cases[i], err) < 0)
			return -1;
	tell(contents);
	if (contents->n_cases == 0 && contents->n_cases_sealed > 0)
		record_refusal(contents);
	return 0;
}

int
verify_contents(struct verify *verify, struct amana_error *err)
{
	struct contents contents = {.verify = verify};
	const struct state_member *me;
	int r;

	if (!verify->request->contents) {
		verify_tell(verify, "contents", AMANA_NOT_CHECKED,
			    "not opened (a reader may add --contents)");
		return 0;
	}
	if (verify_session(verify, err) < 0 ||
	    session_member(verify->session, &me, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(verify, "contents", AMANA_NOT_CHECKED, "%s", err->msg);
		return 0;
	}
	contents.me = me->code;
	r = read_cases(&contents, err);
	mem_free(contents.cases);
	return r;
}
