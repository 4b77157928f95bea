/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_H
#define CUSTODY_ENTRY_H

#include "crypto/age.h"
#include "crypto/hash.h"
#include "crypto/note.h"
#include "custody/id.h"
#include "custody/line_kind.h"

/*
 * Entries: the public leaves of the log, in an exact grammar (docs/FORMAT.md section 5).
 *
 * struct entry holds one entry decoded, every value inside it: it borrows nothing and
 * owns nothing.  It is about 24 KiB, so a replay declares one and decodes into it again
 * and again.  Decoding never allocates. Every text has at most one decoded form and back:
 * entry_encode(entry_decode(b)) == b.
 *
 * Grammar only: whether an act is allowed is state.h's question.  Pure functions; any
 * thread.
 */
#define ENTRY_MAX ((size_t)65535)
#define ENTRY_LINES_MAX 16
#define ENTRY_SHEETS_MAX 8
#define ENTRY_OBJECTS_MAX 64
#define ENTRY_BUNDLES_MAX 128 /* pairs */
#define ENTRY_BLANKS_MAX 128  /* `blank` or `sheet-was` lines */
#define ENTRY_STRIKES_MAX 128
#define ENTRY_LOST_MAX 64
#define ENTRY_WORD_MAX 16 /* kind of an anchor */

/* In the order of the table in FORMAT.md; 0 is none. */
enum action {
	ACT_NONE,
	ACT_ENROL,
	ACT_ROLE,
	ACT_REVOKE,
	ACT_POLICY,
	ACT_FORMAT,
	ACT_LOG_KEY,
	ACT_CASE,
	ACT_EPOCH,
	ACT_GRANT,
	ACT_UNGRANT,
	ACT_EXPIRE,
	ACT_BREAK_GLASS,
	ACT_CLOSE,
	ACT_REOPEN,
	ACT_DEPOSIT,
	ACT_RECORD,
	ACT_DENIED,
	ACT_HOLD,
	ACT_PROPOSE,
	ACT_APPROVE,
	ACT_DISPOSE,
	ACT_ERASE,
	ACT_LOST,
	ACT_ACKNOWLEDGE,
	ACT_PUBLISH,
	ACT_ANCHOR,
	ACT_SKIP,
	ACT_RESTORED,
};
#define ACTIONS 29

/* "enrol", ...; static. "none" for ACT_NONE. */
const char *action_name(enum action action);

enum subject_kind {
	SUBJECT_EXHIBIT,
	SUBJECT_CASE,
	SUBJECT_GRANT,
	SUBJECT_MEMBER,
	SUBJECT_VAULT,
};

struct subject {
	enum subject_kind kind;
	bool audit;		   /* grant: of the audit ring; `id` is then zero */
	struct custody_id id;	   /* exhibit, case, grant (its case) */
	struct member_code member; /* grant, member */
};

/* One line each: shorthand for building subjects. */
struct subject subject_exhibit(const struct custody_id *id);
struct subject subject_case(const struct custody_id *id);
struct subject subject_grant(const struct custody_id *case_id,
			     const struct member_code *member);
struct subject subject_audit_grant(const struct member_code *member);
struct subject subject_member(const struct member_code *member);
struct subject subject_vault(void);
bool subject_equal(const struct subject *a, const struct subject *b);
/* As in line 6, with a NUL. */
#define SUBJECT_TEXT_MAX (6 + CUSTODY_ID_HEX_LEN + 1 + TEXT_MEMBER_MAX)
void subject_text(const struct subject *subject, char out[SUBJECT_TEXT_MAX + 1]);

/* Bits of a member's roles. */
#define ROLE_ADMIN 1u
#define ROLE_AUDITOR 2u
#define ROLE_RECOVERY 4u

enum grant_kind {
	GRANT_NONE, /* ended */
	GRANT_LEAD,
	GRANT_READER,
	GRANT_DEPOSITOR,
	GRANT_STANDBY,
	GRANT_RECOVERY,
	GRANT_AUDITOR, /* the audit ring's only kind */
};
/* "lead", ...; static. "none" for GRANT_NONE. */
const char *grant_kind_name(enum grant_kind kind);

enum policy_key {
	POLICY_TWO_PERSON,  /* value 1: "on" */
	POLICY_GRANT_DAYS,  /* value: days, 1 to 3650 */
	POLICY_BREAK_GLASS, /* value 1 "on", 0 "off" */
	POLICY_DISCLOSURE,  /* value 1: "two-person" */
};

struct act_enrol {
	struct age_recipient recipient;
	struct note_key key; /* its name is the subject's code */
	uint8_t roles;
};
struct act_role {
	uint8_t role; /* ROLE_ADMIN or ROLE_AUDITOR */
	bool add;
};
struct act_policy {
	enum policy_key key;
	uint64_t value;
};
struct act_case {
	struct age_recipient recipient;
	struct member_code lead;
};
struct act_epoch {
	uint64_t epoch;
	struct age_recipient recipient;
};
struct act_grant {
	enum grant_kind kind;
	struct age_recipient to; /* the member's, as the granter knew it */
	bool has_until;
	int64_t until_at;
	uint64_t epoch;
};
struct act_break_glass {
	int64_t until_at;
};
struct act_sealing {  /* deposit, record, denied */
	bool in_case; /* false: `case -` and `epoch -` */
	struct custody_id case_id;
	uint64_t epoch;	      /* the case's; 0 if !in_case */
	uint64_t audit_epoch; /* the audit ring's epoch */
};
struct act_approve {
	struct hash proposal; /* leaf */
	bool yes;
};
struct entry_bundle_pair {
	uint64_t batch; /* the slot whose bundle it is */
	struct hash was, is;
};
struct entry_sheet_pair {
	struct hash was, is; /* `is` is zero if gone */
	bool gone;	     /* always for `blank` */
};
/* dispose, erase; when proposed without proposal and bundles */
struct act_destroy {
	struct hash proposal;
	size_t n_bundles, n_sheets, n_strikes;
	struct entry_bundle_pair bundles[ENTRY_BUNDLES_MAX];
	struct entry_sheet_pair sheets[ENTRY_BLANKS_MAX];
	struct hash strikes[ENTRY_STRIKES_MAX]; /* SHA-256 of lines */
};
struct act_lost {
	bool has_proposal; /* false: `-`, or it is itself being proposed */
	struct hash proposal;
	size_t n;
	struct hash hashes[ENTRY_LOST_MAX];
};
struct act_anchor {
	uint64_t batch;
	char kind[ENTRY_WORD_MAX + 1];
};
struct act_skip {
	uint64_t first, last; /* N and M */
	struct hash head;     /* of slot M */
	struct hash before;   /* head of slot N-1 */
};
struct act_restored {
	uint64_t slot;
	struct hash head;
};

struct entry {
	struct hash prev; /* SHA-256 of slot N-1 */
	int64_t at;	  /* Unix seconds by the actor's clock */
	struct member_code actor;
	enum action action;
	enum action proposed; /* propose: the act; otherwise ACT_NONE */
	struct subject subject;
	uint64_t event;	    /* from 1 */
	struct hash before; /* leaf of the subject's previous event; zero for event 1 */
	union {		    /* the own lines of the action, or of the proposed act */
		struct act_enrol enrol;
		struct act_role role;
		struct act_policy policy;
		uint64_t format;
		struct note_key log_key;
		struct act_case open; /* case */
		struct act_epoch epoch;
		struct act_grant grant;
		struct act_break_glass break_glass;
		struct act_sealing sealing; /* deposit, record, denied */
		bool hold;		    /* true: set */
		struct act_approve approve;
		struct act_destroy destroy; /* dispose, erase */
		struct act_lost lost;
		struct hash acknowledge; /* leaf of what is acknowledged */
		struct act_anchor anchor;
		struct act_skip skip;
		struct act_restored restored;
	} own;
	size_t n_objects, n_lines, n_sheets;
	struct hash objects[ENTRY_OBJECTS_MAX];
	struct {
		enum line_kind kind;
		struct hash hash;
	} lines[ENTRY_LINES_MAX];
	struct hash sheets[ENTRY_SHEETS_MAX];
	bool has_private;
	struct hash private_sheet; /* of a record, for the case's ring alone */
};

/* Ready to be filled in: every field zero except the arrays, which are left as they are.
 */
void entry_init(struct entry *entry, enum action action, const struct subject *subject);
/* -1 if the entry has ENTRY_LINES_MAX lines already.  Puts the line in its place in the
 * order. */
int entry_add_line(struct entry *entry, enum line_kind kind,
		   const struct hash *hash) MUST_CHECK;
int entry_add_sheet(struct entry *entry, const struct hash *hash) MUST_CHECK;
int entry_add_object(struct entry *entry, const struct hash *hash) MUST_CHECK;

/* Exactly one entry from the first byte to the last.  AMANA_E_FORMAT naming the line
 * otherwise; *ret_entry is then in no defined state. */
int entry_decode(struct bytes bytes, struct entry *ret_entry,
		 struct amana_error *err) MUST_CHECK;
/* Appends the entry's text to buf.  AMANA_E_BUG if a field is out of its grammar (what
 * was appended is taken back), AMANA_E_LIMIT over ENTRY_MAX. */
int entry_encode(const struct entry *entry, struct buf *buf,
		 struct amana_error *err) MUST_CHECK;
/* The Merkle leaf of an entry's bytes: merkle_leaf(). */
void entry_leaf(struct bytes bytes, struct hash *ret_leaf);

#endif
