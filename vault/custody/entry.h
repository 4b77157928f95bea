/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_H
#define CUSTODY_ENTRY_H

#include "crypto/age.h"
#include "crypto/hash.h"
#include "crypto/note.h"
#include "custody/id.h"
#include "custody/line_kind.h"

/*
 * Entries: the public leaves of the log, in an exact grammar (docs/FORMAT.md section
 * 5).  Whether an act is allowed is not asked here, but in state/state.h.
 *
 * struct entry holds one entry decoded.  It borrows nothing and owns nothing, and
 * takes about 24 KiB, so a replay declares one and decodes into it again and again.
 * Decoding never allocates.  What can be decoded is encoded to the same bytes again.
 *
 * Pure functions; any thread.
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

/* In the order of the table in docs/FORMAT.md section 5. */
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

/* "enrol", ...; static. "none" for ACT_NONE and for a number that is no action. */
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
	bool audit;	      /* of a grant: it is in the audit ring, and `id` is zero */
	struct custody_id id; /* of an exhibit or a case; of a grant: its case's */
	struct member_code member; /* of a grant or a member */
};

/* Subjects of each kind. */
struct subject subject_exhibit(const struct custody_id *id);
struct subject subject_case(const struct custody_id *id);
struct subject subject_grant(const struct custody_id *case_id,
			     const struct member_code *member);
struct subject subject_audit_grant(const struct member_code *member);
struct subject subject_member(const struct member_code *member);
struct subject subject_vault(void);
bool subject_equal(const struct subject *a, const struct subject *b);
/* The subject as it stands in line 6 of an entry. */
#define SUBJECT_TEXT_MAX (6 + CUSTODY_ID_HEX_LEN + 1 + TEXT_MEMBER_MAX)
void subject_text(const struct subject *subject, char out[SUBJECT_TEXT_MAX + 1]);

/* A member's roles, as bits. */
#define ROLE_ADMIN 1u
#define ROLE_AUDITOR 2u
#define ROLE_RECOVERY 4u

enum grant_kind {
	GRANT_NONE, /* it has ended */
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
	bool in_case; /* false: the lines `case -` and `epoch -` */
	struct custody_id case_id;
	uint64_t epoch;	      /* of the case's ring; 0 if !in_case */
	uint64_t audit_epoch; /* of the audit ring */
};
struct act_approve {
	struct hash proposal; /* the leaf hash of its entry */
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
	struct hash strikes[ENTRY_STRIKES_MAX]; /* SHA-256 of the lines that are struck */
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
	int64_t at;	  /* by the actor's clock */
	struct member_code actor;
	enum action action;
	enum action proposed; /* the act that a propose is for; otherwise ACT_NONE */
	struct subject subject;
	uint64_t event; /* from 1 */
	struct hash
		before; /* leaf hash of the subject's previous event; zero for event 1 */
	union {		/* the own lines of the action, or of the proposed act */
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
		bool hold;		    /* true: set, false: release */
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

/* Makes an entry ready to be filled in: every field is zero except the arrays, which
 * are left as they are. */
void entry_init(struct entry *entry, enum action action, const struct subject *subject);
/* These add what the entry names; a line is put where the order of lines wants it.
 * -1: the entry has as many as it may have. */
int entry_add_line(struct entry *entry, enum line_kind kind,
		   const struct hash *hash) MUST_CHECK;
int entry_add_sheet(struct entry *entry, const struct hash *hash) MUST_CHECK;
int entry_add_object(struct entry *entry, const struct hash *hash) MUST_CHECK;

/* Decodes exactly one entry.  AMANA_E_FORMAT, with the line that is wrong, if the
 * bytes are none; *ret_entry then has no defined content. */
int entry_decode(struct bytes bytes, struct entry *ret_entry,
		 struct amana_error *err) MUST_CHECK;
/* Appends the entry's text to buf, or nothing on failure.  AMANA_E_BUG if a field is
 * out of its grammar, AMANA_E_LIMIT over ENTRY_MAX. */
int entry_encode(const struct entry *entry, struct buf *buf,
		 struct amana_error *err) MUST_CHECK;
/* The leaf hash of an entry's bytes. */
void entry_leaf(struct bytes bytes, struct hash *ret_leaf);

#endif
