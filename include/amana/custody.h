/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_CUSTODY_H
#define AMANA_CUSTODY_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The record: custody chains, verification and the log's own repairs. */

struct amana_event {
	uint64_t index; /* the subject's own event number; for a case: position in what is
			   shown, from 1 */
	uint64_t batch;
	uint32_t in_batch; /* which entry of the batch, from 0 */
	int64_t time;
	char actor[AMANA_MEMBER_MAX + 1];
	char action[16];
	char subject[80];   /* as in the entry: "exhibit 3f.." */
	char exhibit[64];   /* CASE/7, or "" */
	const char *event;  /* kind of custody event from the sealed line; NULL: sealed to
			       others */
	const char *reason; /* NULL: none or sealed */
	const char
		*details; /* JSON of the custody line's details; NULL: none or sealed */
	const char *tool, *device; /* NULL: sealed */
	/* Of an exhibit that was presented again: where from, that time, and JSON of the
	 * facts.  Their member "amana" is the program's ("presented_as": under which
	 * name), all else the depositor's. */
	const char *source, *facts; /* NULL: none or sealed */
	int64_t received;	    /* 0: not given or sealed */
	/* JSON of what it was made from ("exhibit", "sha256", "tool", "by", "how"), and
	 * the note of a packet's sender. */
	const char *derived_from, *packet; /* NULL: none or sealed */
	/* JSON of what the actor says anew of an exhibit or case, with FORMAT.md's names
	 * ("title", "type", "protect", ...). */
	const char *about;	   /* NULL: nothing or sealed */
	const char *public_fields; /* the entry's own lines, joined with "; " */
	bool after_date;	   /* the actor's grant had passed its date */
	/* It comes after that batch, which has a later time: one of the two clocks was
	 * wrong.  0: no. */
	uint64_t after_batch;
	bool sealed_missing; /* its sheet is missing or fails its check */
};

/* How a member of an event's details says what it says. */
enum amana_detail_kind {
	AMANA_DETAIL_TEXT,     /* a string */
	AMANA_DETAIL_COUNT,    /* an integer; 0 says nothing */
	AMANA_DETAIL_IF,       /* true says it, false nothing */
	AMANA_DETAIL_IF_NOT,   /* the other way */
	AMANA_DETAIL_OPENERS,  /* objects with program, uid, pid, exhibits */
	AMANA_DETAIL_RANGES,   /* objects with exhibit, size, read, ranges; merged */
	AMANA_DETAIL_REFUSALS, /* objects with program, count */
};
struct amana_detail {
	const char *member; /* NULL after the last one */
	enum amana_detail_kind kind;
	const char *words; /* '*' stands for the value, or for each object; where they
			      begin with a comma they go on with those before.  Of a
			      count, "those for 1|those for others" if they differ */
};
struct amana_event_kind {
	const char *name;  /* as in struct amana_event */
	const char *words; /* what such an act does */
	const struct amana_detail *details;
};
/* What this version knows of the events with this name.  Static; NULL: nothing, it is
 * another program's, and shown as it stands.  Any thread. */
AMANA_API const struct amana_event_kind *amana_event_kind(const char *name);

/* `name`: EXHIBIT or CASE.  Oldest first.  *ret_n: how many events the subject has. */
AMANA_API int amana_custody(struct amana_vault *vault, const char *name,
			    int (*row)(void *ctx, const struct amana_event *event),
			    void *ctx, uint64_t *ret_n, struct amana_error *err);

enum amana_result { AMANA_PASS, AMANA_FAIL, AMANA_VOID, AMANA_NOT_CHECKED };
struct amana_check {
	const char *name; /* "log", "signatures", "authority", "pin", "bundles",
			     "objects", "contents", "receipt R-117", ... */
	enum amana_result result;
	const char *detail; /* one line */
};
struct amana_verify {
	const char *name; /* CASE, EXHIBIT or NULL for the whole vault */
	bool bytes, contents, record;
	const char *const *receipts; /* receipt files or BATCH:HEAD */
	size_t n_receipts;
	void *ctx;
	void (*check)(void *ctx, const struct amana_check *check);
};
struct amana_verify_result {
	bool ok;       /* nothing failed */
	bool complete; /* and nothing was left unchecked */
	uint64_t n_batches, n_entries, n_void, n_objects, n_bytes;
	char words[AMANA_WORDS_MAX + 1];
	char head[AMANA_HASH_HEX + 1];
	uint64_t batch;
};
/*
 * Opens the vault by itself (config->vault): it works without any identity, without a
 * pin, and on a vault that amana_open refuses.  0: *ret_result says what was found,
 * failures included; < 0: it could not be carried out. With a pin or --vault-fingerprint
 * the vault is compared with it; without, "identity of the vault" is NOT CHECKED.
 */
AMANA_API int amana_verify_vault(const struct amana_config *config,
				 const struct amana_verify *request,
				 struct amana_verify_result *ret_result,
				 struct amana_error *err);

/* Admin: pass over slot n, which no copy can repair.  restored: accept an honest restore
 * (see DESIGN.md rule 2).  These open the vault by themselves too, since amana_open
 * refuses such a vault.  AMANA_PROPOSED: with two admins or more it waits for another,
 * who calls amana_log_restored as well (amana_approve serves only those who lost
 * nothing); ret_proposal: AMANA_PROPOSAL_MAX + 1.  lost: the last act that was lost, by a
 * receipt's file or BATCH:HEAD, where somebody else has seen more than this machine; or
 * NULL. */
AMANA_API int amana_log_skip(const struct amana_config *config, uint64_t n,
			     const char *reason, uint64_t *ret_until,
			     struct amana_error *err);
AMANA_API int amana_log_restored(const struct amana_config *config, const char *lost,
				 const char *reason, char *ret_proposal,
				 struct amana_error *err);
struct amana_skip_accepted {
	uint64_t first, last; /* the batches that it passes over */
	char by[AMANA_MEMBER_MAX + 1];
};
/* Anyone, for this login alone: batch n, an admin's `log skip` over batches of which this
 * machine holds good bytes, is the history to follow; those are set aside.
 * AMANA_E_MISSING: batch n is no such act. */
AMANA_API int amana_log_accept(const struct amana_config *config, uint64_t n,
			       struct amana_skip_accepted *ret_accepted,
			       struct amana_error *err);
/* Anyone: puts damaged or missing batches back from the copies that this machine keeps of
 * the log, and tells of each (notice). AMANA_E_TAMPERED: afterwards the log is still not
 * whole.  Opens the vault by itself; needs no identity. */
AMANA_API int amana_log_repair(const struct amana_config *config,
			       uint64_t *ret_n_repaired, struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
