/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_EXHIBIT_H
#define AMANA_EXHIBIT_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AMANA_EXHIBIT_REF_MAX (AMANA_CASE_MAX + 24)

struct amana_exhibit {
	/* CASE/7, or id:HEX where this person does not know the case's code */
	char ref[AMANA_EXHIBIT_REF_MAX];
	char id[AMANA_ID_HEX + 1];
	uint64_t number;
	int64_t deposited_at;
	char by[AMANA_MEMBER_MAX + 1];
	uint64_t batch;
	char object[AMANA_HASH_HEX + 1]; /* "-" for a physical thing */
	bool known; /* false: the fields below are sealed to others, and NULL or 0 */
	bool disposed, held;
	const char *name; /* bytes, name_len of them; may not be UTF-8 */
	size_t name_len;
	const char *type, *media_type;		  /* NULL: not known */
	const char *title, *description, *source; /* NULL: none or not known */
	int64_t received, modified;		  /* 0: not given */
	uint64_t size;
	char sha256[AMANA_HASH_HEX + 1]; /* "" not known */
	const char *facts;		 /* JSON, or NULL */
	const char *derived_from;	 /* JSON as in struct amana_event, or NULL */
	const char *packet;		 /* note of a packet's sender, or NULL */
	const char *match; /* search only: what matched, with the words marked by [ ] */
};
typedef int amana_exhibit_row(void *ctx, const struct amana_exhibit *exhibit);

/* name NULL: every case that this person has a grant in. By case, then number. */
AMANA_API int amana_list(struct amana_vault *vault, const char *case_name,
			 amana_exhibit_row *row, void *ctx, struct amana_error *err);
AMANA_API int amana_show(struct amana_vault *vault, const char *exhibit,
			 amana_exhibit_row *row, void *ctx, struct amana_error *err);
AMANA_API int amana_search(struct amana_vault *vault, const char *words,
			   const char *case_name, amana_exhibit_row *row, void *ctx,
			   struct amana_error *err);

/* ---- deposit ---- */

/* Why a path was left out, though nothing failed. */
enum amana_skip {
	AMANA_SKIP_SYMLINK,   /* not followed */
	AMANA_SKIP_DEVICE,    /* of characters or blocks: never opened */
	AMANA_SKIP_SOCKET,    /* never opened */
	AMANA_SKIP_FIFO,      /* never opened */
	AMANA_SKIP_DEPOSITED, /* by this person before, with the same name and source */
	AMANA_SKIP_HERE, /* the case holds the content; recorded as presented again */
};
struct amana_deposit_plan { /* what is asked about before anything is written */
	char case_code[AMANA_CASE_MAX + 1];
	const char *people; /* who can open it: "L-007 (lead), L-009 (reader)" */
	/* Who can open it until a lead has made new keys, although the grant was ended:
	 * "R-005, R-008"; "" for nobody.  Without a confirm such a deposit is refused. */
	const char *still;
	uint64_t n_files, n_skipped, n_failed, n_bytes;
};
struct amana_deposited {
	char ref[AMANA_EXHIBIT_REF_MAX];
	uint64_t number;
	char id[AMANA_ID_HEX + 1];
	const char *name;
	size_t name_len;
	uint64_t size;
	char sha256[AMANA_HASH_HEX + 1];
	char object[AMANA_HASH_HEX + 1];
};
struct amana_receipt {
	uint64_t batch;
	char head[AMANA_HASH_HEX + 1];
	char words[AMANA_WORDS_MAX + 1];
	uint64_t first_number, last_number; /* 0: no exhibit (presented again only) */
	const char *text;		    /* the receipt file's content */
};
struct amana_deposit {
	const char *case_name;
	const char *const *paths; /* files and folders */
	size_t n_paths;
	const char *type; /* statement, document, ...; NULL: from the media type */
	const char *title, *note, *source; /* may be NULL */
	int64_t received;		   /* Unix seconds, 0 not given */
	const char *facts; /* a JSON object without a member "amana", or NULL */
	bool again, dry_run;

	void *ctx;
	/* False: nothing is written, AMANA_E_CANCELLED.  NULL: go ahead. */
	bool (*confirm)(void *ctx, const struct amana_deposit_plan *plan);
	/* Each may be NULL.  Items come when their group is durable, with its receipt
	 * after them. */
	void (*item)(void *ctx, const struct amana_deposited *item);
	void (*receipt)(void *ctx, const struct amana_receipt *receipt);
	/* exhibit: CASE/7 where the content is held already, else NULL. */
	void (*skipped)(void *ctx, const char *path, const char *exhibit,
			enum amana_skip why);
	/* err->reason says why, err->names_item whether the message has the path. */
	void (*failed)(void *ctx, const char *path, const struct amana_error *err);
};
struct amana_deposit_result {
	uint64_t n_deposited, n_skipped, n_failed, n_bytes;
};
/* 0: all done; AMANA_SOME_FAILED (1): some files failed, each was reported. Nothing
 * deposited and something failed: that failure's own error. */
#define AMANA_SOME_FAILED 1
AMANA_API int amana_deposit(struct amana_vault *vault,
			    const struct amana_deposit *request,
			    struct amana_deposit_result *ret_result,
			    struct amana_error *err);

/* ---- retrieve ---- */

struct amana_retrieved {
	char ref[AMANA_EXHIBIT_REF_MAX];
	const char *path; /* where it is now; "-" for stdout */
	uint64_t size;
	char sha256[AMANA_HASH_HEX + 1];
	bool first_reader; /* this was the first opening: the check is on record */
};
struct amana_retrieve {
	const char *const *exhibits; /* CASE/7, CASE/7,9-12, CASE/EX-0007, id:HEX */
	size_t n_exhibits;
	const char *out; /* a new file, an existing folder, or "-" (one exhibit; fd 1) */
	const char *reason;
	void *ctx;
	void (*item)(void *ctx, const struct amana_retrieved *item);
	void (*failed)(void *ctx, const char *exhibit, const struct amana_error *err);
};
/*
 * Opens exhibits and writes them out, after the record of it is durable.  0: all of them;
 * AMANA_SOME_FAILED (1): the others are out, `failed` was told which are not; < 0:
 * none is out, or it was stopped (AMANA_E_CANCELLED; what was finished is out).  A file
 * has its name only when its whole digest was compared. AMANA_E_DENIED: no right, which
 * is on record; AMANA_E_TAMPERED: what is stored is not what was deposited.
 */
AMANA_API int amana_retrieve(struct amana_vault *vault,
			     const struct amana_retrieve *request,
			     struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
