/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
amana_code_name(enum amana_code code)
{
	switch (code) {
	case AMANA_OK:
		return "ok";
	case AMANA_E_USAGE:
		return "usage";
	case AMANA_E_NOMEM:
		return "nomem";
	case AMANA_E_IO:
		return "io";
	case AMANA_E_REMOTE:
		return "remote";
	case AMANA_E_LIMIT:
		return "limit";
	case AMANA_E_LOCKED:
		return "locked";
	case AMANA_E_DENIED:
		return "denied";
	case AMANA_E_TAMPERED:
		return "tampered";
	case AMANA_E_FORMAT:
		return "format";
	case AMANA_E_MISSING:
		return "missing";
	case AMANA_E_CONFLICT:
		return "conflict";
	case AMANA_E_CANCELLED:
		return "cancelled";
	case AMANA_E_BUG:
		break;
	}
	return "bug";
}

static const char *const reason_names[] = {
	[AMANA_REASON_NONE] = "none",
	[AMANA_REASON_WRONG_PASSPHRASE] = "wrong-passphrase",
	[AMANA_REASON_NO_IDENTITY] = "no-identity",
	[AMANA_REASON_SEVERAL_IDENTITIES] = "several-identities",
	[AMANA_REASON_NO_KEYRING] = "no-keyring",
	[AMANA_REASON_KEYRING_FULL] = "keyring-full",
	[AMANA_REASON_NOT_ENROLLED] = "not-enrolled",
	[AMANA_REASON_OTHER_KEYS] = "other-keys",
	[AMANA_REASON_REVOKED] = "revoked",
	[AMANA_REASON_NOT_ADMIN] = "not-admin",
	[AMANA_REASON_NOT_LEAD] = "not-lead",
	[AMANA_REASON_NOT_MET] = "not-met",
	[AMANA_REASON_NO_LEAD] = "no-lead",
	[AMANA_REASON_KEYS_DUE] = "keys-due",
	[AMANA_REASON_LAST_LEAD] = "last-lead",
	[AMANA_REASON_NO_GRANT] = "no-grant",
	[AMANA_REASON_GRANT_ENDED] = "grant-ended",
	[AMANA_REASON_NO_KEY] = "no-key",
	[AMANA_REASON_OLDER_KEYS] = "older-keys",
	[AMANA_REASON_REKEY_BEGUN] = "rekey-begun",
	[AMANA_REASON_NO_VAULT] = "no-vault",
	[AMANA_REASON_FIRST_CONTACT] = "first-contact",
	[AMANA_REASON_OTHER_VAULT] = "other-vault",
	[AMANA_REASON_UNFIT_STORE] = "unfit-store",
	[AMANA_REASON_DAMAGED_LOG] = "damaged-log",
	[AMANA_REASON_ROLLED_BACK] = "rolled-back",
	[AMANA_REASON_FORK] = "fork",
	[AMANA_REASON_NO_COPIES] = "no-copies",
	[AMANA_REASON_OUTRUN] = "outrun",
	[AMANA_REASON_NO_MEMBER] = "no-member",
	[AMANA_REASON_NO_PROPOSAL] = "no-proposal",
	[AMANA_REASON_AMBIGUOUS] = "ambiguous",
	[AMANA_REASON_DISPOSED] = "disposed",
	[AMANA_REASON_PHYSICAL] = "physical",
	[AMANA_REASON_ALREADY] = "already",
	[AMANA_REASON_CODE_USED] = "code-used",
	[AMANA_REASON_NO_CARD] = "no-card",
	[AMANA_REASON_NO_WELCOME] = "no-welcome",
	[AMANA_REASON_NO_RECEIPT] = "no-receipt",
	[AMANA_REASON_BAD_CARD] = "bad-card",
	[AMANA_REASON_BAD_WELCOME] = "bad-welcome",
	[AMANA_REASON_NEWER_FORMAT] = "newer-format",
	[AMANA_REASON_MISTYPED] = "mistyped",
	[AMANA_REASON_NOTHING_TYPED] = "nothing-typed",
	[AMANA_REASON_NO_PATH] = "no-path",
	[AMANA_REASON_EXISTS] = "exists",
	[AMANA_REASON_IS_FOLDER] = "is-folder",
	[AMANA_REASON_NOT_PERMITTED] = "not-permitted",
	[AMANA_REASON_OTHERS_FILE] = "others-file",
	[AMANA_REASON_READ_ONLY] = "read-only",
	[AMANA_REASON_DISK_FULL] = "disk-full",
	[AMANA_REASON_TOO_MANY_OPEN] = "too-many-open",
	[AMANA_REASON_VANISHED] = "vanished",
	[AMANA_REASON_NOT_A_FILE] = "not-a-file",
	[AMANA_REASON_IN_USE] = "in-use",
	[AMANA_REASON_MOUNT_ENDED] = "mount-ended",
};
_Static_assert(sizeof reason_names / sizeof reason_names[0] == AMANA_REASONS,
	       "every reason has a name");

const char *
amana_reason_name(enum amana_reason reason)
{
	return reason_names[(unsigned int)reason < (unsigned int)AMANA_REASONS
				    ? reason
				    : AMANA_REASON_NONE];
}

enum amana_reason
amana_reason_of_errno(int sys_errno)
{
	switch (sys_errno) {
	case ENOENT:
	case ENOTDIR:
		return AMANA_REASON_NO_PATH;
	case EEXIST:
		return AMANA_REASON_EXISTS;
	case EISDIR:
		return AMANA_REASON_IS_FOLDER;
	case EACCES:
	case EPERM:
		return AMANA_REASON_NOT_PERMITTED;
	case EROFS:
		return AMANA_REASON_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
		return AMANA_REASON_DISK_FULL;
	case EMFILE:
		return AMANA_REASON_TOO_MANY_OPEN;
	default:
		return AMANA_REASON_NONE;
	}
}

PRINTF_LIKE(6, 0)
static void
fill(struct amana_error *err, enum amana_code code, int sys_errno, const char *file,
     int line, const char *fmt, va_list args)
{
	err->code = code;
	err->reason = amana_reason_of_errno(sys_errno);
	err->sys_errno = sys_errno;
	err->file = file;
	err->line = line;
	err->names_item = err->told = false;
	vsnprintf(err->msg, sizeof err->msg, fmt, args);
	text_make_safe(err->msg);
}

int
err_fill_(struct amana_error *err, enum amana_code code, int sys_errno, const char *file,
	  int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, sys_errno, file, line, fmt, args);
	va_end(args);
	return -1;
}

int
err_reason_(struct amana_error *err, enum amana_reason reason, enum amana_code code,
	    const char *file, int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, 0, file, line, fmt, args);
	va_end(args);
	err->reason = reason;
	return -1;
}

int
err_item_(struct amana_error *err, enum amana_reason reason, enum amana_code code,
	  const char *file, int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, 0, file, line, fmt, args);
	va_end(args);
	err->reason = reason;
	err->names_item = true;
	return -1;
}

int
err_sys_(struct amana_error *err, const char *file, int line, const char *fmt, ...)
{
	int sys_errno = errno;
	va_list args;
	char reason[64];
	size_t len;

	va_start(args, fmt);
	fill(err, sys_errno == ENOMEM ? AMANA_E_NOMEM : AMANA_E_IO, sys_errno, file, line,
	     fmt, args);
	va_end(args);
	len = strlen(err->msg);
	/* The GNU strerror_r may return a static string instead of filling the buffer. */
	snprintf(err->msg + len, sizeof err->msg - len, ": %s",
		 strerror_r(sys_errno, reason, sizeof reason));
	return -1;
}

int
err_wrap_(struct amana_error *err, const char *fmt, ...)
{
	char inner[sizeof err->msg];
	va_list args;
	size_t len;

	memcpy(inner, err->msg, sizeof inner);
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof err->msg, fmt, args);
	va_end(args);
	text_make_safe(err->msg);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof err->msg - len, ": %s", inner);
	text_make_safe(err->msg); /* the cut may have split a character */
	return -1;
}

void
err_recode(struct amana_error *err, enum amana_code code)
{
	err->code = code;
	err->reason = AMANA_REASON_NONE;
}
