/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/chain/custody.h"
#include "flow/mount/mount.h"
#include "flow/read/read.h"

#include "amana/mount.h"
#include "session/record.h"
#include "session/sheets.h"
#include "session/sync.h"

#include <time.h>

/* Custody events as the flows record them: all of them are in the table, and what is not
 * in it, or is not this person's to record, is refused. */

static struct evidence evidence;
static struct amana_error err;

/* ---- a small office at work ---- */

static int
ignore_exhibit(void *ctx, const struct amana_exhibit *exhibit)
{
	(void)ctx, (void)exhibit;
	return 0;
}

static int
ignore_event(void *ctx, const struct amana_event *event)
{
	(void)ctx, (void)event;
	return 0;
}

static int
ignore_proposal(void *ctx, const struct amana_proposal *proposal)
{
	snprintf(ctx, AMANA_PROPOSAL_MAX + 1, "%s", proposal->id);
	return 0;
}

static int
retrieve(struct person *person, const char *exhibit)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_retrieve request = {.exhibits = &exhibit,
					       .n_exhibits = 1,
					       .out = evidence.office.root,
					       .reason = "the hearing"};

	return flow_retrieve(vault, &request, &err);
}

/* A reader opens one exhibit, expects another and ends the mount. */
static void
mount_and_end(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_mount_request request = {
		.case_name = CASE, .reason = "the hearing", .dir = "/home/x/court"};
	const struct amana_mount_end end = {.why = "unmounted"};
	struct amana_opening opened = {
		.number = 1, .program = "evince", .uid = 1000, .pid = 4242};
	struct amana_opening ahead = {.number = 2,
				      .program = "evince",
				      .uid = 1000,
				      .pid = 4242,
				      .ahead = true};
	struct amana_mount *mount = NULL;

	CHECK_OK(flow_mount_open(vault, &request, &mount, &err), err);
	CHECK_OK(flow_mount_record(mount, &opened, 1, &err), err);
	CHECK_OK(flow_mount_record(mount, &ahead, 1, &err), err);
	CHECK_OK(flow_mount_close(mount, &end, &err), err);
}

static void
read_evidence(void)
{
	struct amana_verify whole = {.name = CASE, .contents = true, .record = true};
	struct findings findings;
	uint64_t n;

	CHECK_OK(retrieve(&evidence.reader, CASE "/1"), err);
	CHECK_FAILS(retrieve(&evidence.depositor, CASE "/1"), err, AMANA_E_DENIED);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		CHECK_OK(flow_list(vault, CASE, ignore_exhibit, NULL, &err), err);
	}
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		char name[3 + CUSTODY_ID_HEX_LEN + 1] = "id:";

		custody_id_hex(&state_case_at(session_state(vault), 0)->id, name + 3);
		CHECK_OK(flow_custody(vault, name, ignore_event, NULL, &n, &err), err);
	}
	mount_and_end(&evidence.reader);
	verify(&evidence.reader.config, whole, &findings);
}

/* The content of the first exhibit comes in once more, by somebody who reads the case. */
static void
present_again(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	char path[OFFICE_PATH + 16];
	const char *paths[] = {path};
	const struct amana_deposit request = {
		.case_name = CASE, .paths = paths, .n_paths = 1, .source = "a witness"};
	struct amana_deposit_result result;

	snprintf(path, sizeof path, "%s/one.txt", evidence.office.root);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_skipped, 1);
}

static void
change_rights(void)
{
	const struct timespec moment = {.tv_nsec = 100000000};
	const struct amana_case_revoke leaves = {
		.case_name = CASE, .member = "D-004", .reason = "moved"};
	enum amana_new_keys keys;
	int64_t until = session_now() + 1;
	uint64_t epoch;

	grant_to(&evidence.lead, "R-003", "reader", until);
	while (session_now() <= until)
		nanosleep(&moment, NULL);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		/* the upkeep ends what has passed its date */
		CHECK_OK(flow_case_revoke(vault, &leaves, &keys, &err), err);
		CHECK_OK(flow_case_rekey(vault, CASE, &epoch, &err), err);
	}
}

static void
run_the_office(void)
{
	static struct person card;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	for (int yes = 0; yes < 2; yes++) {
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);
		int r;

		if (yes == 0) {
			CHECK_OK(flow_policy_set(vault, "grant-days", "30", proposal,
						 &err),
				 err);
			CHECK_OK(flow_member_role(vault, "L-002", "admin", true, proposal,
						  &err),
				 err);
			session_close(vault);
			office_two_person(&evidence.office, &evidence.founder, &card);
			vault = person_open(&evidence.founder);
		}
		r = flow_member_role(vault, "R-003", "auditor", true, proposal, &err);
		CHECK_INT(r, AMANA_PROPOSED);
		session_close(vault);
		vault = person_open(&evidence.lead);
		CHECK_OK(flow_approve_list(vault, ignore_proposal, proposal, &err), err);
		CHECK_OK(flow_approve(vault, proposal, yes == 1, &err), err);
	}
	office_admit(&evidence.founder, &evidence.reader);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_INT(flow_policy_set(vault, "grant-days", "31", proposal, &err),
			  AMANA_PROPOSED);
	}
}

/* ---- what went on record ---- */

struct walk_log {
	struct session *session;
	struct sheets_slot slot;
	uint64_t n[EVENTS];
	uint64_t n_sealed; /* to others than the auditor: none */
};

static int
look(void *arg, const struct log_seen_entry *seen, struct amana_error *e)
{
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;
	struct walk_log *walk = arg;
	enum event event;

	if (seen->entry->n_sheets == 0)
		return 0;
	CHECK_OK(sheets_slot_load(walk->session, seen->slot->n, &walk->slot, e), *e);
	if (sheets_open_act(walk->session, &walk->slot, seen->entry, &act, e) != 0) {
		walk->n_sealed++;
		return 0;
	}
	CHECK(act.has_custody);
	event = event_parse(act.custody.event);
	if (event == EVENT_NONE) {
		fprintf(stderr, "not in the table: %s\n", act.custody.event);
		exit(1);
	}
	CHECK(event_is_about(event, seen->entry->subject.kind));
	walk->n[event]++;
	return 0;
}

static void
test_a_whole_run(void)
{
	static const enum event seen[] = {
		EVENT_DEPOSIT,	   EVENT_PRESENTED_AGAIN,
		EVENT_RETRIEVE,	   EVENT_CHECK,
		EVENT_LIST,	   EVENT_CUSTODY,
		EVENT_VERIFY,	   EVENT_VERIFY_CONTENTS,
		EVENT_MOUNT,	   EVENT_VIEW,
		EVENT_VIEW_AHEAD,  EVENT_NOT_READ,
		EVENT_UNMOUNT,	   EVENT_DENIED,
		EVENT_CASE_OPEN,   EVENT_GRANT,
		EVENT_EXPIRE,	   EVENT_REVOKE,
		EVENT_REKEY,	   EVENT_ENROL,
		EVENT_ROLE,	   EVENT_POLICY,
		EVENT_APPROVE,	   EVENT_REFUSE,
		EVENT_AUDIT_GRANT,
	};
	struct walk_log walk = {.slot = SHEETS_SLOT_INIT};
	const struct log_visitor visitor = {.entry = look, .arg = &walk};

	evidence_new(&evidence, 2);
	read_evidence();
	present_again(&evidence.lead);
	change_rights();
	run_the_office();
	walk.session = person_open(&evidence.founder);
	CHECK_OK(session_identity(walk.session, &err), err);
	CHECK_OK(log_each(walk.session->log, 1, &visitor, &err), err);
	for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
		if (walk.n[seen[i]] == 0) {
			fprintf(stderr, "never recorded: %s\n", event_name(seen[i]));
			exit(1);
		}
	CHECK_INT(walk.n_sealed, 0);
	sheets_slot_done(&walk.slot);
	session_close(walk.session);
	office_done(&evidence.office);
}

/* ---- what cannot be recorded ---- */

struct attempt {
	struct subject subject;
	struct custody_id case_id;
	enum action action;
};

static int
prepare(struct act *act, const struct state *state, void *arg, struct amana_error *e)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	const struct attempt *attempt = arg;

	(void)state;
	CHECK(entry != NULL);
	entry_init(entry, attempt->action, &attempt->subject);
	entry->own.sealing.in_case = true;
	entry->own.sealing.case_id = attempt->case_id;
	return act_add(act, entry, NULL, e);
}

static int
record_as(struct person *person, enum event event, enum subject_kind kind)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state *state = session_state(vault);
	struct attempt attempt = {.case_id = state_case_at(state, 0)->id,
				  .action = ACT_RECORD};
	const struct act_spec spec = {.case_id = &attempt.case_id,
				      .event = event,
				      .prepare = prepare,
				      .arg = &attempt};
	struct act_done done;

	attempt.subject = kind == SUBJECT_CASE
				  ? subject_case(&attempt.case_id)
				  : subject_exhibit(&state_exhibit_at(state, 0)->id);
	CHECK_OK(session_identity(vault, &err), err);
	return act_run(vault, &spec, &done, &err);
}

static uint64_t
log_end(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return state_slot(session_state(vault));
}

static void
test_refused(void)
{
	uint64_t end;

	evidence_new(&evidence, 1);
	end = log_end(&evidence.lead);
	/* none, or a number that is none */
	CHECK_FAILS(record_as(&evidence.lead, EVENT_NONE, SUBJECT_EXHIBIT), err,
		    AMANA_E_BUG);
	CHECK_FAILS(record_as(&evidence.lead, EVENTS, SUBJECT_EXHIBIT), err, AMANA_E_BUG);
	/* about something else than it is about */
	CHECK_FAILS(record_as(&evidence.lead, EVENT_VIEW, SUBJECT_CASE), err,
		    AMANA_E_BUG);
	CHECK_FAILS(record_as(&evidence.lead, EVENT_LIST, SUBJECT_EXHIBIT), err,
		    AMANA_E_BUG);
	/* by somebody else than records it: the log's own rules let a depositor */
	CHECK_REFUSED(record_as(&evidence.depositor, EVENT_VIEW, SUBJECT_EXHIBIT), err,
		      AMANA_E_DENIED, AMANA_REASON_NO_GRANT);
	CHECK_REFUSED(record_as(&evidence.lead, EVENT_CUSTODY, SUBJECT_CASE), err,
		      AMANA_E_DENIED, AMANA_REASON_NO_GRANT);
	CHECK_INT(log_end(&evidence.lead), end);
	CHECK_OK(record_as(&evidence.lead, EVENT_VIEW, SUBJECT_EXHIBIT), err);
	CHECK_OK(record_as(&evidence.founder, EVENT_CUSTODY, SUBJECT_CASE), err);
	CHECK_OK(record_as(&evidence.depositor, EVENT_NOT_READ, SUBJECT_EXHIBIT), err);
	CHECK_INT(log_end(&evidence.lead), end + 3);
	office_done(&evidence.office);
}

/* ---- what somebody has read ---- */

struct told {
	char events[16][40];
	size_t n;
};

static int
on_opened(void *ctx, const struct amana_opened *opened)
{
	struct told *told = ctx;

	CHECK(told->n < 16);
	snprintf(told->events[told->n++], 40, "%s", opened->event);
	return 0;
}

static size_t
n_told(const struct told *told, const char *event)
{
	size_t n = 0;

	for (size_t i = 0; i < told->n; i++)
		n += strcmp(told->events[i], event) == 0;
	return n;
}

/* Who leaves a case is told of by what was read: handing something in again and verifying
 * what is stored are on record too, but they open nothing. */
static void
test_what_was_read(void)
{
	struct amana_verify stored = {.name = CASE, .bytes = true, .record = true};
	enum amana_new_keys keys;
	struct findings findings;
	struct told told = {.n = 0};
	const struct amana_case_revoke leaves = {.case_name = CASE,
						 .member = "R-003",
						 .reason = "moved",
						 .opened = on_opened,
						 .ctx = &told};

	evidence_new(&evidence, 2);
	CHECK_OK(retrieve(&evidence.reader, CASE "/1"), err);
	present_again(&evidence.reader);
	verify(&evidence.reader.config, stored, &findings);
	mount_and_end(&evidence.reader);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		CHECK_OK(flow_case_revoke(vault, &leaves, &keys, &err), err);
	}
	CHECK_INT(n_told(&told, "retrieve"), 1);
	CHECK_INT(n_told(&told, "check"), 1);
	CHECK(n_told(&told, "list") >= 1);
	CHECK_INT(n_told(&told, "view"), 1);
	CHECK_INT(n_told(&told, "view-ahead"), 1);
	CHECK_INT(n_told(&told, "not-read"), 1);
	CHECK_INT(n_told(&told, "presented-again"), 0);
	CHECK_INT(n_told(&told, "verify"), 0);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_a_whole_run);
	RUN(test_refused);
	RUN(test_what_was_read);
	return 0;
}
