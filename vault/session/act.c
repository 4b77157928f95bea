/* SPDX-License-Identifier: Apache-2.0 */
#include "session/act.h"

#include "base/clock.h"
#include "custody/bundle.h"
#include "custody/line.h"
#include "custody/sheet.h"
#include "session/clock_check.h"
#include "session/meet.h"
#include "session/rights_core.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* An act that is under way. */
struct act {
	struct session *session;
	struct member_code me;
	const struct act_spec *spec;
	const struct custody_id *case_id; /* of the entries that are added now, or NULL */
	struct custody_id nonce;
	struct log_draft *draft; /* of the present try for a slot */
	struct line_clock clock;

	struct hash custody, reason; /* SHA-256 of the act's two lines */
	struct hash sheet;	     /* SHA-256 of the act sheet */
	struct buf bundle;	     /* all sheets, of the present try */
};

/* ---- the custody line's clock ---- */

static void
read_boot_id(char *out, size_t cap)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	CLEANUP(file_closep) int fd = -1;
	char id[36];
	size_t len = 0, n = 0;

	snprintf(out, cap, "-");
	if (file_open(AT_FDCWD, "/proc/sys/kernel/random/boot_id", O_RDONLY, 0, &fd,
		      &ignored) != 0 ||
	    file_read_full(fd, id, sizeof id, &len, &ignored) < 0 || len != sizeof id)
		return;
	for (size_t i = 0; i < len && n + 1 < cap; i++)
		if (id[i] != '-')
			out[n++] = id[i];
	out[n] = 0;
}

static enum line_synced
read_synced(void)
{
	int synced = clock_is_synced();

	if (synced < 0)
		return LINE_SYNCED_UNKNOWN;
	return synced > 0 ? LINE_SYNCED_YES : LINE_SYNCED_NO;
}

static void
read_clock(struct session *session, struct line_clock *ret_clock)
{
	*ret_clock =
		(struct line_clock){.utc_at = session_now(), .monotonic_ms = clock_ms()};
	read_boot_id(ret_clock->boot, sizeof ret_clock->boot);
	ret_clock->synced = read_synced();
	/* Two machines' clocks never agree exactly: a minute's difference means nothing.
	 */
	ret_clock->stepped_back =
		ret_clock->utc_at + 60 < state_last_act_at(session_state(session));
}

/* ---- the act sheet ---- */

static void
fill_bond(const struct act *act, struct line_bond *bond)
{
	bond->vault = *log_fingerprint(act->session->log);
	bond->in_case = act->case_id != NULL;
	if (bond->in_case)
		bond->case_id = *act->case_id;
	snprintf(bond->actor.text, sizeof bond->actor.text, "%s", act->session->who);
	bond->act = act->nonce;
}

static int
build_custody(struct act *act, struct buf *json, struct amana_error *err)
{
	struct line line = {.kind = LINE_CUSTODY};
	struct utsname host;

	fill_bond(act, &line.bond);
	line.event = event_name(act->spec->event);
	line.tool = "amana " AMANA_VERSION;
	line.device =
		uname(&host) == 0 && line_text_valid(host.nodename, strlen(host.nodename))
			? host.nodename
			: "-";
	line.clock = act->clock;
	line.details = act->spec->details;
	return line_build(&line, json, &act->custody, err);
}

static int
build_reason(struct act *act, struct buf *json, struct amana_error *err)
{
	struct line line = {.kind = LINE_REASON};

	fill_bond(act, &line.bond);
	line.text = act->spec->reason;
	return line_build(&line, json, &act->reason, err);
}

/* Who the act sheet is sealed to: the auditors, and in a case whoever holds its ring.  Of
 * a case it goes past the auditors while this person has not accepted who began their
 * ring anew. */
static int
sheet_recipients(const struct act *act, struct age_recipient out[2], size_t *ret_n,
		 struct amana_error *err)
{
	const struct state *state = act->draft->state;
	const struct custody_id *case_id = act->case_id;
	const struct age_recipient *audit = NULL, *ring;

	if (case_id == NULL)
		audit = act->spec->new_recipient;
	if (audit == NULL)
		audit = state_ring_recipient(state, NULL, state_ring_epoch(state, NULL));
	if (audit == NULL)
		return err_bug(err, "no audit ring");
	*ret_n = 0;
	if (case_id == NULL || meet_audit_is_accepted(act->session))
		out[(*ret_n)++] = *audit;
	if (case_id == NULL)
		return 0;
	ring = act->spec->new_recipient;
	if (ring == NULL)
		ring = state_ring_recipient(state, case_id,
					    state_ring_epoch(state, case_id));
	if (ring == NULL)
		return err_bug(err, "no ring for this case");
	out[(*ret_n)++] = *ring;
	return 0;
}

static int
seal_act_sheet(struct act *act, struct amana_error *err)
{
	CLEANUP(line_text_done) struct buf custody = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf reason = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(buf_done) struct buf file = BUF_INIT(SHEET_FILE_MAX);
	CLEANUP(mem_freep) struct bytes *lines = NULL;
	struct age_recipient recipients[2];
	size_t n_recipients = 0, n = 0;

	lines = mem_array(2, sizeof lines[0], err);
	if (lines == NULL || build_custody(act, &custody, err) < 0)
		return -1;
	lines[n++] = BYTES_OF(custody);
	if (act->spec->reason != NULL) {
		if (build_reason(act, &reason, err) < 0)
			return -1;
		lines[n++] = BYTES_OF(reason);
	}
	if (sheet_recipients(act, recipients, &n_recipients, err) < 0 ||
	    sheet_seal(&(struct sheet_content){lines, n, NULL}, recipients, n_recipients,
		       &file, &act->sheet, err) < 0)
		return -1;
	return bundle_add(&act->bundle, BYTES_OF(file), err);
}

int
act_for_case(struct act *act, const struct custody_id *case_id, struct amana_error *err)
{
	if (act->case_id != NULL && custody_id_equal(act->case_id, case_id))
		return 0;
	act->case_id = case_id;
	return seal_act_sheet(act, err);
}

/* ---- entries ---- */

static int
attach(struct act *act, struct entry *entry, const struct act_sheet *sheet,
       struct amana_error *err)
{
	int r = entry_add_line(entry, LINE_CUSTODY, &act->custody);

	if (r == 0 && act->spec->reason != NULL)
		r = entry_add_line(entry, LINE_REASON, &act->reason);
	if (r == 0)
		r = entry_add_sheet(entry, &act->sheet);
	if (r == 0 && sheet != NULL && entry->action == ACT_RECORD) {
		entry->has_private = true;
		entry->private_sheet = sheet->hash;
	} else if (r == 0 && sheet != NULL) {
		r = entry_add_sheet(entry, &sheet->hash);
	}
	if (r == 0 && sheet != NULL && bundle_add(&act->bundle, sheet->file, err) < 0)
		return -1;
	return r < 0 ? err_set(err, AMANA_E_LIMIT,
			       "an entry has too many lines or sheets")
		     : 0;
}

/* What the table of events says of a `record`; of other entries the log's rules say it
 * all. */
static int
check_who(const struct act *act, const struct state *state, const struct entry *entry,
	  struct amana_error *err)
{
	const struct event_row *row = event_row(act->spec->event);
	const struct member_code *me = &act->me;
	const struct state_grant *grant = NULL;

	if (entry->own.sealing.in_case)
		grant = state_grant(state, &entry->own.sealing.case_id, me);
	switch (row->who) {
	case EVENT_BY_RULE:
		return 0;
	case EVENT_BY_READERS:
		if (grant != NULL && rights_kind_reads(state_grant_means(grant)))
			return 0;
		break;
	case EVENT_BY_AUDITORS:
		if (state_has_role(state, me, ROLE_AUDITOR))
			return 0;
		break;
	}
	return err_reason(err, AMANA_REASON_NO_GRANT, AMANA_E_DENIED,
			  "%s may not record a '%s' here", me->text, row->kind.name);
}

static int
check_event(const struct act *act, const struct state *state, const struct entry *entry,
	    struct amana_error *err)
{
	enum event event = act->spec->event;

	if (!event_is_about(event, entry->subject.kind))
		return err_bug(err, "a '%s' is not about such a subject",
			       event_name(event));
	return entry->action == ACT_RECORD ? check_who(act, state, entry, err) : 0;
}

void
act_entry_init(struct entry *entry, enum action action, const struct subject *subject,
	       const struct custody_id *case_id)
{
	entry_init(entry, action, subject);
	entry->own.sealing.in_case = case_id != NULL;
	if (case_id != NULL)
		entry->own.sealing.case_id = *case_id;
}

int
act_add(struct act *act, struct entry *entry, const struct act_sheet *sheet,
	struct amana_error *err)
{
	const struct state *state = act->draft->state;

	entry->at = act->clock.utc_at;
	if (entry->action == ACT_DEPOSIT || entry->action == ACT_RECORD ||
	    entry->action == ACT_DENIED) {
		struct act_sealing *sealing = &entry->own.sealing;

		sealing->audit_epoch = state_ring_epoch(state, NULL);
		sealing->epoch =
			sealing->in_case ? state_ring_epoch(state, &sealing->case_id) : 0;
	}
	if (check_event(act, state, entry, err) < 0 || attach(act, entry, sheet, err) < 0)
		return -1;
	return log_draft_add(act->draft, entry, err);
}

static int
add_only_entry(struct act *act, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);

	if (entry == NULL)
		return -1;
	*entry = *act->spec->entry;
	return act_add(act, entry, NULL, err);
}

static int
build(void *arg, struct log_draft *draft, struct amana_error *err)
{
	struct act *act = arg;
	int r;

	act->draft = draft;
	buf_clear(&act->bundle);
	act->case_id = act->spec->case_id;
	if (seal_act_sheet(act, err) < 0)
		return -1;
	r = act->spec->prepare != NULL
		    ? act->spec->prepare(act, draft->state, act->spec->arg, err)
		    : add_only_entry(act, err);
	if (r != 0)
		return r;
	draft->bundle = BYTES_OF(act->bundle);
	return 0;
}

int
act_run(struct session *session, const struct act_spec *spec, struct act_done *ret_done,
	struct amana_error *err)
{
	struct act act = {
		.session = session, .spec = spec, .bundle = BUF_INIT(BUNDLE_MAX)};
	struct log_act log_act = {.build = build, .arg = &act};
	struct log_receipt receipt = {.n = 0};
	const struct state_member *me;
	int r;

	if (event_row(spec->event) == NULL)
		return err_bug(err, "an act whose event is not in the table");
	if (session_member(session, &me, err) < 0 || clock_check(session, err) < 0)
		return -1;
	act.me = me->code;
	custody_id_random(&act.nonce);
	read_clock(session, &act.clock);
	log_act.skips = spec->event == EVENT_SKIP;
	log_act.actor = me->code;
	log_act.seed = &session->identity.seed;
	log_act.nonce = act.nonce;
	r = log_append(session->log, &log_act, &receipt, err);
	buf_done(&act.bundle);
	if (r != 0)
		return r;
	ret_done->batch = receipt.n;
	ret_done->head = receipt.head;
	ret_done->at = act.clock.utc_at;
	ret_done->nonce = act.nonce;
	return 0;
}

int
act_put_object(struct session *session, struct bytes bytes, struct hash *ret_object,
	       struct amana_error *err)
{
	struct store_name name;

	hash_of(bytes.data, bytes.len, ret_object);
	name = store_name_object(ret_object);
	/* 1 means that it is there already, which are the same bytes: the name is their
	 * hash. */
	return store_put(session->store, name.text, bytes, false, err) < 0 ? -1 : 0;
}
