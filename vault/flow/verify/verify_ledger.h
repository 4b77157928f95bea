/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_LEDGER_H
#define FLOW_VERIFY_VERIFY_LEDGER_H

#include "log/log_visit.h"
#include "object/object_open.h"

/*
 * The ledger: what the log names that must lie in the store.  That is every object, and
 * every bundle with the sheets that its entries name.
 *
 * It is written while the log is replayed, from valid batches alone: verify_ledger_begin,
 * then for each slot verify_ledger_slot and verify_ledger_entry for each of its entries,
 * at last verify_ledger_end.  It takes about 200 bytes an exhibit.  What later became of
 * a thing (disposed of, rewritten) is not here: the state at the end of the replay says
 * it.  From verify_ledger_end on nobody writes it, and any thread may read it.
 *
 * Functions that return int return 0, or -1 with AMANA_E_NOMEM or AMANA_E_LIMIT, unless
 * they say otherwise.
 */
struct ledger_object {
	struct hash hash;
	struct custody_id about;   /* the exhibit or case; zero: the vault's own */
	uint64_t slot;		   /* the first that named it; 0: the genesis */
	struct member_code signer; /* of that slot */
	enum object_shape shape;   /* what whoever named it says it is */
	/* Of an epoch's key file: whose keys it holds. */
	bool is_epoch;
	struct age_recipient ring;
	/* From verify_ledger_end on: how many items in a row, from this one, are about
	 * this object in this shape, each by another subject; 0 in those that follow. */
	size_t n_same;
};

struct ledger_bundle {
	struct hash hash; /* as the batch's note names it */
	uint64_t slot;
	struct member_code signer;
	size_t first_sheet, n_sheets;	  /* in ledger.sheets, in the bundle's order */
	size_t first_subject, n_subjects; /* in ledger.subjects */
};

struct ledger {
	struct ledger_object *objects; /* from verify_ledger_end on: by hash, shape and
					  subject, each once */
	size_t n_objects, cap_objects;
	struct ledger_bundle *bundles; /* in the order of the log */
	size_t n_bundles, cap_bundles;
	struct hash *sheets; /* of all bundles */
	size_t n_sheets, cap_sheets;
	struct custody_id *subjects; /* exhibits and cases that the entries of each bundle
					are about */
	size_t n_subjects, cap_subjects;
	bool in_slot; /* the last bundle may still get entries */
};
#define LEDGER_INIT                                                                      \
	{                                                                                \
		.objects = NULL                                                          \
	}
/* Frees what the ledger holds and leaves it as LEDGER_INIT. */
void verify_ledger_done(struct ledger *ledger);

/* Enters what the genesis names: the audit ring's first key file. */
int verify_ledger_begin(struct ledger *ledger, const struct genesis *genesis,
			struct amana_error *err) MUST_CHECK;
/* The next slot begins, so that the one before it is complete. */
int verify_ledger_slot(struct ledger *ledger, const struct log_slot *slot,
		       struct amana_error *err) MUST_CHECK;
/* One entry of the slot that began last. */
int verify_ledger_entry(struct ledger *ledger, const struct log_seen_entry *seen,
			struct amana_error *err) MUST_CHECK;
/* There are no more slots. */
int verify_ledger_end(struct ledger *ledger, struct amana_error *err) MUST_CHECK;

#endif
