/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_VAULT_H
#define AMANA_VAULT_H

#include "amana/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A flag that one thread sets while another looks at it.  GCC and clang lay it out alike
 * in C and in C++, which each have a name of their own for it. */
#ifdef __cplusplus
#include <atomic>
typedef std::atomic<bool> amana_flag;
#else
#include <stdatomic.h>
typedef atomic_bool amana_flag;
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A session: one person (or none) at one vault.
 *
 * Sessions belong to one thread.  Every callback is called on the thread that called the
 * library. Strings in callbacks and results are UTF-8 and borrowed: valid until the
 * callback returns, or until the result is freed.  Text that came from files or other
 * people is NOT made safe for a terminal.
 */

#define AMANA_MEMBER_MAX 11 /* bytes of a staff code, without NUL */
#define AMANA_CASE_MAX 32   /* bytes of a case code */
#define AMANA_HASH_HEX 64   /* a SHA-256 in hex */
#define AMANA_ID_HEX 32	    /* a case or exhibit id in hex */
#define AMANA_WORDS_MAX 64  /* eight fingerprint words, with spaces */
#define AMANA_ORIGIN_MAX 97 /* NAME/32 hex digits */
#define AMANA_PASSPHRASE_MAX 1024
#define AMANA_LOCATION_MAX 4096 /* bytes of what names a vault */

/* Why a passphrase is asked for. */
enum amana_why {
	/* To open the identity. */
	AMANA_WHY_OPEN,
	/* An act of authority: it is asked for again although the identity is unlocked.
	 */
	AMANA_WHY_AUTHORITY,
	/* A new passphrase is set.  The callback asks twice where it asks a person. */
	AMANA_WHY_NEW,
};

/* What a person must be told, loudly, although the command goes on. */
enum amana_notice {
	/* A batch counts for nothing, which is a finding about its signer. */
	AMANA_NOTICE_VOID,
	/* A damaged batch was put back from this client's own copy. */
	AMANA_NOTICE_REPAIRED,
	/* Acts were passed over by `log skip`. */
	AMANA_NOTICE_SKIP,
	/* The history was restored from a backup. */
	AMANA_NOTICE_RESTORED,
	/* A case's new epoch is due; deposits go to the old one meanwhile. */
	AMANA_NOTICE_EPOCH_DUE,
	/* This machine's clock is behind the log. */
	AMANA_NOTICE_CLOCK,
	/* The vault was compared with nothing at first contact. */
	AMANA_NOTICE_UNVERIFIED_VAULT,
	/* Something stored fails its check, while the command can go on. */
	AMANA_NOTICE_TAMPERED,
	AMANA_NOTICE_INFO,
};

struct amana_progress {
	/* "scanning", "sealing", "checking", ...: static, English. */
	const char *phase;
	uint64_t done_items, total_items; /* total 0: not known */
	uint64_t done_bytes, total_bytes; /* likewise */
};

/* The keys of a member, before something is sealed to them for the first time. */
enum amana_keys_for {
	AMANA_KEYS_FOR_GRANT, /* keys of the past are about to be given */
	AMANA_KEYS_FOR_LEAD,  /* evidence is about to be sealed to a case of theirs */
	AMANA_KEYS_FOR_AUDIT, /* an admin let them begin the audit ring anew */
};
struct amana_keys {
	enum amana_keys_for what;
	char member[AMANA_MEMBER_MAX + 1];
	char words[AMANA_WORDS_MAX + 1]; /* of the card that has these keys */
	char fingerprint[AMANA_HASH_HEX + 1];
	int64_t since; /* when the member has these keys; Unix seconds, by the log */
	bool replaced; /* the member had others before */
	/* Who enrolled the member, and who approved it; "" if it took one. */
	char enrolled_by[AMANA_MEMBER_MAX + 1], approved_by[AMANA_MEMBER_MAX + 1];
	/* Of a lead: the case ("-": not known), who made him that, and whether he is a
	 * standing lead. */
	char case_code[AMANA_CASE_MAX + 1];
	char made_lead_by[AMANA_MEMBER_MAX + 1];
	bool standing;
};

/* What the library is told of its surroundings.  All strings are the caller's, and each
 * may be NULL where that is said. */
struct amana_config {
	/* Where the vault is: a folder, as PATH or dir:PATH.  NULL where no vault is
	 * needed. */
	const char *vault;
	/* A staff code, or the path of an identity file.  NULL: the only identity there
	 * is. */
	const char *identity;
	/* The folder of this login's own files, $XDG_DATA_HOME/amana normally:
	 * identities/ with the identity files, vaults/ with pins and own copies of the
	 * logs.  Without it every function that takes a config fails with AMANA_E_BUG and
	 * writes nothing, except two that can do without: amana_lock, and
	 * amana_verify_vault if neither contents nor a record are asked for. */
	const char *data_dir;
	/* The folder of the catalogues, $XDG_CACHE_HOME/amana normally.  NULL: they are
	 * made in memory, each time anew. */
	const char *cache_dir;
	/* Eight words, or hex, that the vault must match at first contact; or NULL. */
	const char *vault_fingerprint;

	void *ctx; /* handed to every callback below */
	/* Fills buf (locked memory, AMANA_PASSPHRASE_MAX bytes) and *ret_len; < 0 fills
	 * err.  `code` is the staff code, or "" where it is not known.  NULL callback:
	 * there is no way to ask, AMANA_E_LOCKED. */
	int (*passphrase)(void *ctx, enum amana_why why, const char *code, char *buf,
			  size_t *ret_len, struct amana_error *err);
	/* First contact with a vault that nothing vouches for: true if a person compared
	 * the words.  NULL: no. */
	bool (*first_contact)(void *ctx, const char *words, const char *fingerprint);
	/* Several identities and none named: the index of the chosen one, or < 0.  NULL:
	 * nobody can be asked. */
	int (*choose_identity)(void *ctx, const char *const *codes, size_t n_codes);
	/* Keys that this login has not sealed to before: 0 if a person compared the words
	 * with that member; < 0 fills err.  NULL: nobody can, AMANA_E_LOCKED. */
	int (*meet)(void *ctx, const struct amana_keys *keys, struct amana_error *err);
	/* The log contradicts this machine's clock; `text` says how.  True: go on all the
	 * same.  NULL: it goes on. */
	bool (*clock_is_wrong)(void *ctx, const char *text);
	/* May be NULL. */
	void (*notice)(void *ctx, enum amana_notice kind, const char *text);
	/* May be NULL. */
	void (*progress)(void *ctx, const struct amana_progress *progress);
	/* True: the library stops at the next safe place with AMANA_E_CANCELLED.  May be
	 * NULL. */
	const amana_flag *cancelled;
};

/* A session, opened by amana_open. */
struct amana_vault;

/* Once per process, before anything else: initialises the libraries below, makes the
 * process not dumpable. */
AMANA_API int amana_startup(struct amana_error *err);
AMANA_API const char *amana_version(void);

/*
 * Opens a session: reads and verifies the log up to its end.  No identity is opened yet:
 * each function opens it when it needs it, from the keyring or by asking for the
 * passphrase. AMANA_E_MISSING: no vault there; AMANA_E_TAMPERED: the history is shorter
 * than or different from what this login has pinned (the message names both sides).
 * *config is copied, its strings must outlive the session.
 */
AMANA_API int amana_open(const struct amana_config *config,
			 struct amana_vault **ret_vault, struct amana_error *err);
AMANA_API void amana_close(struct amana_vault *vault);

struct amana_init_result {
	char origin[AMANA_ORIGIN_MAX + 1];
	char fingerprint[AMANA_HASH_HEX + 1];
	char words[AMANA_WORDS_MAX + 1];
	char founder[AMANA_MEMBER_MAX + 1];
	char location[AMANA_LOCATION_MAX + 1]; /* the vault's folder, absolute */
};
/* Makes a vault in config->vault (a folder that is missing or empty); pins it.
 * name: of the origin, or NULL for "amana".  AMANA_E_CONFLICT: there is something
 * already. */
AMANA_API int amana_init(const struct amana_config *config, const char *name,
			 struct amana_init_result *ret_result, struct amana_error *err);

struct amana_join_result {
	char words[AMANA_WORDS_MAX + 1];
	char location[AMANA_LOCATION_MAX + 1]; /* as of amana_init_result */
};
/* Pins the vault that a welcome note (file) vouches for, after replaying config->vault
 * against it. */
AMANA_API int amana_join(const struct amana_config *config, const char *welcome_path,
			 struct amana_join_result *ret_result, struct amana_error *err);

struct amana_status_case {
	char id[AMANA_ID_HEX + 1];
	char code[AMANA_CASE_MAX + 1]; /* "-" where it is not known to this person */
	char as[12]; /* this person's grant: lead, reader, depositor, standby; "" none */
	int64_t until; /* Unix seconds; 0: no end */
	uint64_t n_exhibits;
	uint32_t n_leads;
	uint32_t n_provisional; /* of the leads, those whom nobody has confirmed */
	bool epoch_due, closed;
	bool ambiguous; /* another case was granted to this login under the same code */
};
/* Keys that were replaced of somebody who has or had a grant in a case that this person
 * leads, until a standing lead of it has acknowledged that. */
struct amana_status_keys {
	char member[AMANA_MEMBER_MAX + 1];
	char case_code[AMANA_CASE_MAX + 1]; /* "-" where it is not known to this person */
	char case_id[AMANA_ID_HEX + 1];
	int64_t since; /* Unix seconds */
	char enrolled_by[AMANA_MEMBER_MAX + 1];
	uint64_t batch;
};
struct amana_status {
	char origin[AMANA_ORIGIN_MAX + 1];
	char fingerprint[AMANA_HASH_HEX + 1];
	char words[AMANA_WORDS_MAX + 1];
	uint64_t batch; /* last verified */
	char head[AMANA_HASH_HEX + 1];
	uint64_t n_entries;
	int64_t last_act_at;
	char member[AMANA_MEMBER_MAX + 1]; /* "" without an identity */
	bool enrolled, revoked, unlocked;
	char roles[32]; /* "admin,auditor" or "-" */
	bool two_person, restored, audit_epoch_due;
	uint64_t n_skipped, n_void, n_proposals;
	int64_t last_check_at;	/* last integrity check that this client made; 0: never */
	int64_t last_anchor_at; /* 0: no outside anchor */
	const struct amana_status_case *cases; /* those with a grant for this person */
	size_t n_cases;
	const struct amana_status_keys *replaced;
	size_t n_replaced;
	size_t n_single_lead; /* cases with a single lead, in the whole vault */
	size_t n_no_lead;     /* cases without one, which take no deposits */
	size_t n_provisional; /* leads whom nobody has confirmed */
	size_t n_lost;	      /* things that two people declared lost */
	uint32_t n_admins, n_cards, n_audit_holders;
};
/* Borrowed from the session until its next call. No passphrase is asked for: what is
 * sealed shows only if unlocked. */
AMANA_API int amana_vault_status(struct amana_vault *vault,
				 struct amana_status *ret_status,
				 struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
