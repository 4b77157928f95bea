/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_core.h"

#include <string.h>

bool
log_core_keeps(const struct log *log)
{
	return log->is_pinned && !log->is_lost;
}

void
log_core_tell(struct log *log, const struct log_event *event)
{
	if (log->event != NULL)
		log->event(log->event_arg, event);
}

int
log_core_add_void(struct log *log, uint64_t n, struct amana_error *err)
{
	size_t cap = log->cap_voids == 0 ? 4 : log->cap_voids * 2;
	uint64_t *grown;

	if (log->n_voids == log->cap_voids) {
		grown = mem_grow(log->voids, log->cap_voids, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		log->voids = grown;
		log->cap_voids = cap;
	}
	log->voids[log->n_voids++] = n;
	return 0;
}

int
log_core_note_admins(struct log *log, struct amana_error *err)
{
	const struct state *state = log->state;
	struct log_admin *admins =
		mem_array((size_t)state_n_members(state) + 1, sizeof *admins, err);
	size_t n = 0;

	if (admins == NULL)
		return -1;
	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *member = state_member_at(state, i);

		if (!state_has_role(state, &member->code, ROLE_ADMIN))
			continue;
		admins[n].code = member->code;
		memcpy(admins[n++].pub, member->pub, SIGN_PUB_LEN);
	}
	mem_free(log->admins);
	log->admins = admins;
	log->n_admins = n;
	return 0;
}

int
log_core_note_void(struct log *log, uint64_t n, const struct judge_report *report,
		   struct amana_error *err)
{
	struct log_event event = {.kind = LOG_EVENT_VOID,
				  .slot = n,
				  .last = n,
				  .head = report->head,
				  .signer = report->signer};

	memcpy(event.reason, report->reason, sizeof event.reason);
	if (log_core_add_void(log, n, err) < 0)
		return -1;
	if (!log_core_keeps(log) || n > log->pin.n)
		log_core_tell(log, &event);
	return 0;
}

void
log_core_forget(struct log *log)
{
	state_free(TAKE(log->state));
	buf_clear(&log->heads);
	log->n_voids = 0;
	log->is_lost = false;
	log->is_damaged = false;
}

int
log_core_begin(struct log *log, struct amana_error *err)
{
	log_core_forget(log);
	return state_new(&log->genesis, &log->fingerprint, &log->state, err);
}

struct log_short
log_short(const struct hash *hash)
{
	struct log_short out;

	text_hex(hash->bytes, LOG_SHORT_LEN / 2, out.text);
	return out;
}
