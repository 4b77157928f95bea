/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_ERROR_H
#define AMANA_ERROR_H

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

struct amana_error {
	enum amana_code code;
	int sys_errno;	  /* 0 when no system call is to blame */
	const char *file; /* where it was filled: static strings, for developers */
	int line;
	char msg[232]; /* one line, UTF-8, no trailing stop, safe for a terminal */
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

#ifdef __cplusplus
}
#endif

#endif
