/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_NAMED_H
#define FLOW_VERIFY_VERIFY_NAMED_H

#include "log/log_visit.h"

/*
 * What the valid batches name that must lie in the store: objects, and bundles with their
 * sheets.  Gathered while the log is replayed, about 200 bytes an exhibit; the state at
 * the end says what became of it.
 */
struct named_object {
	struct hash hash;
	struct custody_id about; /* exhibit or case; zero: the vault's own */
	uint64_t slot;		 /* that named it first; 0: the genesis */
	struct member_code signer;
};

struct named_bundle {
	struct hash hash; /* as the note named it */
	uint64_t slot;
	struct member_code signer;
	size_t first_sheet, n_sheets;	  /* in `sheets`, in the bundle's order */
	size_t first_subject, n_subjects; /* in `subjects` */
};

struct named_change { /* a sheet that a dispose or erase blanked or sealed anew */
	struct hash was, is;
	bool gone;
	size_t order;
};

struct named {
	struct named_object *objects;
	size_t n_objects, cap_objects;
	struct named_bundle *bundles;
	size_t n_bundles, cap_bundles;
	struct hash *sheets;
	size_t n_sheets, cap_sheets;
	struct custody_id
		*subjects; /* exhibits and cases that a bundle's entries are about */
	size_t n_subjects, cap_subjects;
	struct named_change *changes;
	size_t n_changes, cap_changes;
	bool in_slot; /* the last bundle is still being gathered */
};
#define NAMED_INIT                                                                       \
	{                                                                                \
		.objects = NULL                                                          \
	}
void named_done(struct named *named);

/* The genesis' key file. */
int named_begin(struct named *named, const struct genesis *genesis,
		struct amana_error *err) MUST_CHECK;
/* A slot begins: the one before is complete. */
int named_slot(struct named *named, const struct log_slot *slot,
	       struct amana_error *err) MUST_CHECK;
int named_entry(struct named *named, const struct log_seen_entry *seen,
		struct amana_error *err) MUST_CHECK;
/* No more slots: objects are sorted by hash, each once. */
int named_end(struct named *named, struct amana_error *err) MUST_CHECK;

/* What stands now for a sheet that an entry named: 0 the hash that it has now, 1 nothing
 * (destroyed), -1 changes without an end. */
int named_sheet_now(const struct named *named, const struct hash *sheet,
		    struct hash *ret_now) MUST_CHECK;

#endif
