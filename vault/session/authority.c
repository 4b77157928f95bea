/* SPDX-License-Identifier: Apache-2.0 */
#include "session/authority.h"

#include "session/act_denied.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <string.h>

void
authority_roles_text(uint8_t roles, char out[32])
{
	snprintf(out, 32, "%s%s%s%s%s", (roles & ROLE_ADMIN) != 0 ? "admin" : "",
		 (roles & ROLE_ADMIN) != 0 && (roles & ROLE_AUDITOR) != 0 ? "," : "",
		 (roles & ROLE_AUDITOR) != 0 ? "auditor" : "",
		 (roles & ROLE_RECOVERY) != 0 ? "recovery" : "", roles == 0 ? "-" : "");
}

int
authority_check(struct session *session, uint8_t roles, struct amana_error *err)
{
	const struct state_member *me;

	if (session_authority(session, err) < 0 || session_member(session, &me, err) < 0)
		return -1;
	if ((me->roles & roles) == 0)
		return err_reason(err, AMANA_REASON_NOT_ADMIN, AMANA_E_DENIED,
				  "%s is not an admin of this vault", session->who);
	return 0;
}

int
authority_begin(struct session *session, uint8_t roles, const char *what,
		struct amana_error *err)
{
	const struct subject subject = subject_vault();
	const struct state_member *me;

	if (session_authority(session, err) < 0 || session_member(session, &me, err) < 0)
		return -1;
	upkeep_run(session);
	if (authority_check(session, roles, err) < 0) {
		if (err->code == AMANA_E_DENIED)
			act_denied(session, &subject, NULL, what);
		return -1;
	}
	return 0;
}

struct running {
	struct session *session;
	const struct authority_act *what;
	bool proposed; /* by the last try: the state may have changed between two */
};

static int
prepare(struct act *act, const struct state *state, void *arg, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct running *running = arg;

	if (entry == NULL)
		return -1;
	*entry = *running->what->entry;
	snprintf(entry->actor.text, sizeof entry->actor.text, "%s",
		 running->session->who);
	running->proposed = state_takes_two(state, entry);
	if (running->proposed) {
		entry->proposed = entry->action;
		entry->action = ACT_PROPOSE;
	}
	return act_add(act, entry, NULL, err);
}

/* The id of the proposal that slot n made. */
static int
find_proposal(const struct state *state, uint64_t n, char *ret_proposal,
	      struct amana_error *err)
{
	for (uint32_t i = 0; i < state_n_proposals(state); i++) {
		const struct state_proposal *proposal = state_proposal_at(state, i);

		if (proposal->proposed_in != n)
			continue;
		hash_hex(&proposal->leaf, ret_proposal);
		return 0;
	}
	return err_bug(err, "a proposal that the state does not have");
}

int
authority_run(struct session *session, const struct authority_act *what,
	      char *ret_proposal, struct act_done *ret_done, struct amana_error *err)
{
	struct running running = {.session = session, .what = what};
	const struct act_spec spec = {.event = what->event,
				      .reason = what->reason,
				      .prepare = prepare,
				      .arg = &running};

	if (act_run(session, &spec, ret_done, err) < 0)
		return -1;
	if (!running.proposed)
		return 0;
	if (find_proposal(session_state(session), ret_done->batch, ret_proposal, err) < 0)
		return -1;
	return AMANA_PROPOSED;
}
