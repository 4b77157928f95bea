/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session_core.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

/* What every part of a session leans on. */

int64_t
session_now(void)
{
	return (int64_t)time(NULL);
}

bool
session_cancelled(const struct session *session)
{
	return session->config.cancelled != NULL &&
	       atomic_load(session->config.cancelled);
}

void
session_notice(const struct session *session, enum amana_notice kind, const char *fmt,
	       ...)
{
	char text[512];
	va_list args;

	if (session->config.notice == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	session->config.notice(session->config.ctx, kind, text);
}

const struct state *
session_state(const struct session *session)
{
	return log_state(session->log);
}

/* Reads what an act has put: whole, and with the bytes that its name stands for. */
static int
get_named(struct session *session, const struct store_name *name, const struct hash *hash,
	  struct buf *ret_bytes, struct amana_error *err)
{
	struct hash found;
	int r = store_get(session->store, name->text, ret_bytes, err);

	/* Nothing that was put is as large as that. */
	if (r < 0 && err->code == AMANA_E_LIMIT)
		err_recode(err, AMANA_E_TAMPERED);
	if (r < 0)
		return -1;
	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED, "'%s' is not in the vault",
			       name->text);
	hash_of(ret_bytes->data, ret_bytes->len, &found);
	if (!hash_equal(&found, hash))
		return err_set(err, AMANA_E_TAMPERED,
			       "'%s' does not have the bytes of its name", name->text);
	return 0;
}

int
session_object(struct session *session, const struct hash *object, struct buf *ret_bytes,
	       struct amana_error *err)
{
	struct store_name name = store_name_object(object);

	return get_named(session, &name, object, ret_bytes, err);
}

int
session_bundle_named(struct session *session, const struct hash *name,
		     struct buf *ret_bytes, struct amana_error *err)
{
	struct store_name lines = store_name_lines(name);

	return get_named(session, &lines, name, ret_bytes, err);
}

int
session_bundle(struct session *session, uint64_t n, struct buf *ret_bytes,
	       struct amana_error *err)
{
	struct hash now;

	if (state_bundle_of(session_state(session), n, &now) < 0)
		return err_bug(err, "the bundle of a batch that has none was asked for");
	return session_bundle_named(session, &now, ret_bytes, err);
}
