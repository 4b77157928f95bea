/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* Which sheets and bundles a slot may name together: docs/FORMAT.md 10.2 rules 5 and 6,
 * and what stands in their place (10.7 rules 1 and 2). */

/* A record with this sheet. */
static void
record_with(struct office *o, struct entry *e, struct subject subject,
	    const struct hash *sheet)
{
	struct hash line;

	lb_record(&o->lb, e, ACT_RECORD, subject);
	lb_hash(&o->lb, &line);
	CHECK_INT(entry_add_line(e, LINE_CUSTODY, &line), 0);
	CHECK_INT(entry_add_sheet(e, sheet), 0);
}

static void
one_sheet_one_case(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id other, fresh;
	struct hash sheet, now;
	struct entry e;

	office_init(&o);
	lb_case(lb, &e, &other, o.lead);
	ALLOWED(lb, o.admin, &e);
	lb_hash(lb, &sheet);

	/* Of one case, whatever the subjects, or of none. */
	lb_begin(lb, o.lead);
	record_with(&o, &e, subject_case(&o.c), &sheet);
	lb_add(lb, &e);
	record_with(&o, &e, subject_exhibit(&o.x), &sheet);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK_INT(state_sheet_of(lb->state, state_slot(lb->state), &sheet, &now), 0);
	CHECK(hash_equal(&now, &sheet));
	CHECK_INT(state_bundle_of(lb->state, state_slot(lb->state), &now), 0);
	CHECK(hash_equal(&now, &lb->report.note.bundle));
	CHECK_INT(state_bundle_of(lb->state, state_slot(lb->state) - 1, &now), -1);
	CHECK_INT(state_sheet_of(lb->state, state_slot(lb->state) - 1, &sheet, &now), -1);
	lb_begin(lb, o.auditor);
	record_with(&o, &e, subject_vault(), &sheet);
	lb_add(lb, &e);
	record_with(&o, &e, subject_member(&o.plain->code), &sheet);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID); /* the same HASH as before */

	/* Two cases, or a case and none, in either order. */
	lb_begin(lb, o.lead);
	record_with(&o, &e, subject_case(&o.c), &sheet);
	lb_add(lb, &e);
	record_with(&o, &e, subject_case(&other), &sheet);
	lb_add(lb, &e);
	end_void(lb, "one sheet is named for two cases");
	for (int i = 0; i < 2; i++) {
		lb_begin(lb, o.auditor);
		for (int k = 0; k < 2; k++) {
			record_with(&o, &e,
				    k == i ? subject_vault() : subject_exhibit(&o.x),
				    &sheet);
			lb_add(lb, &e);
		}
		end_void(lb, "one sheet is named for two cases");
	}
	/* A case that begins in the slot is none of those before. */
	lb_begin(lb, o.founder);
	record_with(&o, &e, subject_vault(), &sheet);
	lb_add(lb, &e);
	lb_case(lb, &e, &fresh, o.founder);
	CHECK_INT(entry_add_sheet(&e, &sheet), 0);
	lb_add(lb, &e);
	end_void(lb, "one sheet is named for two cases");
	lb_begin(lb, o.founder);
	lb_case(lb, &e, &fresh, o.founder);
	CHECK_INT(entry_add_sheet(&e, &sheet), 0);
	lb_add(lb, &e);
	record_with(&o, &e, subject_vault(), &sheet);
	lb_add(lb, &e);
	end_void(lb, "one sheet is named for two cases");
	office_done(&o);
}

/* Two records with a private sheet in one slot. */
static enum verdict
two_private(struct office *o, struct subject one, struct subject two, bool same)
{
	struct hash sheet = {{0}};
	struct entry e;

	lb_begin(&o->lb, o->lead);
	for (int i = 0; i < 2; i++) {
		lb_record(&o->lb, &e, ACT_RECORD, i == 0 ? one : two);
		lb_add_private(&o->lb, &e);
		if (i == 1 && same)
			e.private_sheet = sheet;
		sheet = e.private_sheet;
		lb_add(&o->lb, &e);
	}
	return lb_end(&o->lb);
}

static void
private_sheets(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject c, x, y;
	struct custody_id id;
	struct hash sheet;
	struct entry e;

	office_init(&o);
	lb_deposit(lb, &e, &id, &o.c);
	ALLOWED(lb, o.depositor, &e);
	c = subject_case(&o.c);
	x = subject_exhibit(&o.x);
	y = subject_exhibit(&id);
	CHECK_INT(two_private(&o, x, x, true), VERDICT_VALID);
	CHECK_INT(two_private(&o, c, c, true), VERDICT_VALID);
	CHECK_INT(two_private(&o, x, y, false), VERDICT_VALID);
	CHECK_INT(two_private(&o, c, x, false), VERDICT_VALID);
	CHECK_INT(two_private(&o, x, x, false), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "two private sheets in one slot") != NULL);
	CHECK_INT(two_private(&o, c, c, false), VERDICT_VOID);
	CHECK_INT(two_private(&o, x, y, true), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "another subject's") != NULL);
	CHECK_INT(two_private(&o, x, c, true), VERDICT_VOID);
	CHECK_INT(two_private(&o, c, x, true), VERDICT_VOID);

	/* As a sheet, too, before or after. */
	for (int i = 0; i < 2; i++) {
		lb_hash(lb, &sheet);
		lb_begin(lb, o.lead);
		for (int k = 0; k < 2; k++) {
			lb_record(lb, &e, ACT_RECORD, x);
			if (k == i) {
				lb_add_private(lb, &e);
				e.private_sheet = sheet;
			} else {
				CHECK_INT(entry_add_sheet(&e, &sheet), 0);
			}
			lb_add(lb, &e);
		}
		end_void(lb, i == 0 ? "a private sheet is named as another"
				    : "a sheet of the slot is named as private");
	}
	office_done(&o);
}

static void
bundles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash now;
	struct entry e;
	uint64_t n;

	office_init(&o);
	/* A private sheet alone needs one. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	lb_add_private(lb, &e);
	lb_begin(lb, o.reader);
	lb_add(lb, &e);
	lb->note.has_bundle = false;
	end_void(lb, "the note no bundle");
	/* Two slots may name one. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	lb_add_sheet(lb, &e);
	ALLOWED(lb, o.reader, &e);
	n = state_slot(lb->state);
	now = lb->report.note.bundle;
	lb_begin(lb, o.reader);
	lb_add(lb, &e);
	lb->note.bundle = now;
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK_INT(state_bundle_of(lb->state, n, &now), 0);
	CHECK_INT(state_bundle_of(lb->state, n + 1, &now), 0);
	CHECK(hash_equal(&now, &lb->report.note.bundle));
	CHECK(!state_bundle_gone(lb->state, &now));
	office_done(&o);
}

int
main(void)
{
	RUN(one_sheet_one_case);
	RUN(private_sheets);
	RUN(bundles);
	return 0;
}
