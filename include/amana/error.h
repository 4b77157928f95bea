/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_ERROR_H
#define AMANA_ERROR_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AMANA_API __attribute__((visibility("default")))

/*
 * What went wrong, as every public function of libamana reports it.
 *
 * Functions return int: 0 done; < 0 failed and *err is filled; > 0 an outcome that the
 * one function documents.  `err` is never NULL.  The struct lives on the caller's stack
 * and owns nothing.
 */

enum amana_code {
	AMANA_OK = 0,
	AMANA_E_USAGE,	/* the caller asked for something that has no meaning */
	AMANA_E_NOMEM,	/* memory ran out */
	AMANA_E_IO,	/* a file or device failed; sys_errno says how */
	AMANA_E_REMOTE, /* a store that is not a local folder failed, or its outcome is
			   unknown */
	AMANA_E_LIMIT,	/* an input is larger than the format allows */
	AMANA_E_LOCKED, /* the identity is locked and no passphrase could be had */
	AMANA_E_DENIED, /* resolved, but this person has no right; or wrong passphrase */
	AMANA_E_TAMPERED,  /* something stored fails its check */
	AMANA_E_FORMAT,	   /* a file given to the command is malformed or newer than this
			      program */
	AMANA_E_MISSING,   /* this person cannot resolve the name */
	AMANA_E_CONFLICT,  /* it exists already, or is on hold */
	AMANA_E_CANCELLED, /* stopped by a signal or by the person */
	AMANA_E_BUG,	   /* a state that the program holds to be impossible */
};

/*
 * Why, where that asks for another remedy than the code alone does.  A program decides by
 * these two and never by the message, which is for people and may be worded anew at any
 * time.  Closed: a value is added at the end of its group together with its name (err.c)
 * and its remedy (the command's table), and keeps its meaning from then on.
 */
enum amana_reason {
	AMANA_REASON_NONE, /* nothing beyond the code */

	/* this person on this machine */
	AMANA_REASON_WRONG_PASSPHRASE,	 /* or the identity file was altered: the cipher
					    cannot tell */
	AMANA_REASON_NO_IDENTITY,	 /* none on this login, or none of that name */
	AMANA_REASON_SEVERAL_IDENTITIES, /* and none of them was chosen */
	AMANA_REASON_NO_KEYRING,	 /* the kernel keeps no keys for this program */
	AMANA_REASON_KEYRING_FULL,	 /* the kernel keeps no more keys for this user */

	/* this person in this vault */
	AMANA_REASON_NOT_ENROLLED, /* no member */
	AMANA_REASON_OTHER_KEYS,   /* a member, but with the keys of another identity */
	AMANA_REASON_REVOKED,	   /* the membership was ended */
	AMANA_REASON_NOT_ADMIN,	   /* only an admin may do that */
	AMANA_REASON_NOT_LEAD,	   /* only a lead of the case may do that */
	AMANA_REASON_NOT_MET,	   /* a member's words were not compared */
	AMANA_REASON_KEYS_DUE,	   /* new keys have to be made first */
	AMANA_REASON_LAST_LEAD,	   /* it would leave the case without a lead */
	AMANA_REASON_NO_LEAD,	   /* the case has none who made its keys */
	AMANA_REASON_NO_GRANT,	   /* no grant in the case that allows it */
	AMANA_REASON_GRANT_ENDED,  /* the grant's date has passed */
	AMANA_REASON_NO_KEY,	   /* allowed, but handed no key that opens it */
	AMANA_REASON_OLDER_KEYS,   /* the same, and no other lead is left to hand it on */
	AMANA_REASON_REKEY_BEGUN,  /* a change of the own keys was not finished */

	/* which vault */
	AMANA_REASON_NO_VAULT,	    /* there is none at that place */
	AMANA_REASON_FIRST_CONTACT, /* this machine does not know the vault, and nobody
				       could be asked */
	AMANA_REASON_OTHER_VAULT,   /* it is another one than was named or is known */
	AMANA_REASON_UNFIT_STORE, /* what the place promises a vault, it does not keep */

	/* the log */
	AMANA_REASON_DAMAGED_LOG, /* a batch is damaged or missing, here too */
	AMANA_REASON_ROLLED_BACK, /* it ends before what this machine has verified */
	AMANA_REASON_FORK,	  /* it goes another way than what was verified */
	AMANA_REASON_NO_COPIES,	  /* this machine keeps no copy of it */
	AMANA_REASON_OUTRUN,	  /* others kept writing first; nothing was written */

	/* what was named */
	AMANA_REASON_NO_MEMBER,	  /* no member has that code */
	AMANA_REASON_NO_PROPOSAL, /* no such act waits for a second person */
	AMANA_REASON_AMBIGUOUS,	  /* several go by that name */
	AMANA_REASON_DISPOSED,	  /* the exhibit was disposed of, or its sheet erased */
	AMANA_REASON_PHYSICAL,	  /* a physical thing, without a file */
	AMANA_REASON_ALREADY,	  /* it is so already; nothing was done */
	AMANA_REASON_CODE_USED,	  /* the staff code was somebody's who was revoked */

	/* files that a command was given */
	AMANA_REASON_NO_CARD,	    /* the card is not at that path */
	AMANA_REASON_NO_WELCOME,    /* nor the welcome */
	AMANA_REASON_NO_RECEIPT,    /* nor the receipt */
	AMANA_REASON_BAD_CARD,	    /* it is not the one that its owner has */
	AMANA_REASON_BAD_WELCOME,   /* it is not one that an admin made */
	AMANA_REASON_NEWER_FORMAT,  /* made by a newer program */
	AMANA_REASON_MISTYPED,	    /* a character of the paper backup is wrong */
	AMANA_REASON_NOTHING_TYPED, /* the paper backup's line was left out */

	/* the file system; those that an errno stands for: amana_reason_of_errno() */
	AMANA_REASON_NO_PATH,	/* nothing is there, or something above is no folder */
	AMANA_REASON_EXISTS,	/* something is there, and was left alone */
	AMANA_REASON_IS_FOLDER, /* a folder stands where a file is asked for */
	AMANA_REASON_NOT_PERMITTED, /* this user may not */
	AMANA_REASON_OTHERS_FILE,   /* it belongs to another user, who has to do it */
	AMANA_REASON_READ_ONLY,	    /* mounted so */
	AMANA_REASON_DISK_FULL,	    /* or the user's share of it */
	AMANA_REASON_TOO_MANY_OPEN, /* files */
	AMANA_REASON_VANISHED,	    /* it was there a moment ago */
	AMANA_REASON_NOT_A_FILE,    /* no regular file any more */
	AMANA_REASON_IN_USE,	    /* by another program, for a while */

	/* a mount */
	AMANA_REASON_MOUNT_ENDED, /* nothing is read through it any more */

	AMANA_REASONS /* how many; no reason itself */
};

struct amana_error {
	enum amana_code code;
	enum amana_reason reason;
	int sys_errno;	  /* 0 when no system call is to blame */
	const char *file; /* where it was filled: static strings, for developers */
	int line;
	bool names_item; /* of one item among several: msg says which it is */
	bool told;	 /* of an item: a callback was given it before */
	char msg[232];	 /* one line, UTF-8, no trailing stop, safe for a terminal */
};

/* For a struct amana_error that is declared: nothing went wrong yet. */
#ifdef __cplusplus
#define AMANA_ERROR_INIT                                                                 \
	{                                                                                \
	}
#else
#define AMANA_ERROR_INIT                                                                 \
	{                                                                                \
		.code = AMANA_OK                                                         \
	}
#endif

/* The code's name in JSON: "denied", "tampered", ...  Static, never NULL. */
AMANA_API const char *amana_code_name(enum amana_code code);
/* The reason's name in JSON: "wrong-passphrase", "no-vault", ...  Static, never NULL;
 * "none" for AMANA_REASON_NONE and for what is no reason. */
AMANA_API const char *amana_reason_name(enum amana_reason reason);
/* What an errno says of the file system; AMANA_REASON_NONE where it says nothing that has
 * a remedy of its own. */
AMANA_API enum amana_reason amana_reason_of_errno(int sys_errno);

#ifdef __cplusplus
}
#endif

#endif
