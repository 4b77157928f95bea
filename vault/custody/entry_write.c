/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry_write.h"

int
entry_write_hash(struct buf *buf, const char *word, const struct hash *hash,
		 struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(hash, hex);
	return buf_add_fmt(buf, err, "%s %s\n", word, hex);
}

/* "WORD HASH HASH" and LF, with `-` for a second hash of NULL. */
static int
add_hashes(struct buf *buf, const char *word, const struct hash *first,
	   const struct hash *second, struct amana_error *err)
{
	char a[HASH_HEX_LEN + 1], b[HASH_HEX_LEN + 1] = "-";

	hash_hex(first, a);
	if (second != NULL)
		hash_hex(second, b);
	return buf_add_fmt(buf, err, "%s %s %s\n", word, a, b);
}

static int
add_number(struct buf *buf, const char *word, uint64_t value, struct amana_error *err)
{
	return buf_add_fmt(buf, err, "%s %llu\n", word, (unsigned long long)value);
}

static int
add_recipient(struct buf *buf, const struct age_recipient *recipient,
	      struct amana_error *err)
{
	char text[AGE_RECIPIENT_LEN + 1];

	age_recipient_text(recipient, text);
	return buf_add_fmt(buf, err, "recipient %s\n", text);
}

static int
add_key(struct buf *buf, const struct note_key *key, struct amana_error *err)
{
	char text[NOTE_VKEY_MAX + 1];

	note_key_text(key, text);
	return buf_add_fmt(buf, err, "key %s\n", text);
}

int
entry_write_enrol(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_enrol *enrol = &e->own.enrol;
	unsigned int roles = enrol->roles;

	if (add_recipient(buf, &enrol->recipient, err) < 0 ||
	    add_key(buf, &enrol->key, err) < 0)
		return -1;
	return buf_add_fmt(
		buf, err, "roles %s%s%s%s%s%s\n", roles == 0 ? "-" : "",
		(roles & ROLE_ADMIN) != 0 ? "admin" : "",
		(roles & ROLE_ADMIN) != 0 && roles > ROLE_ADMIN ? "," : "",
		(roles & ROLE_AUDITOR) != 0 ? "auditor" : "",
		(roles & ROLE_AUDITOR) != 0 && (roles & ROLE_RECOVERY) != 0 ? "," : "",
		(roles & ROLE_RECOVERY) != 0 ? "recovery" : "");
}

int
entry_write_role(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	return buf_add_fmt(buf, err, "role %c%s\n", e->own.role.add ? '+' : '-',
			   e->own.role.role == ROLE_ADMIN     ? "admin"
			   : e->own.role.role == ROLE_AUDITOR ? "auditor"
							      : "");
}

int
entry_write_policy(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const char *value = e->own.policy.value != 0 ? "on" : "off";

	switch (e->own.policy.key) {
	case POLICY_TWO_PERSON:
		return buf_add_fmt(buf, err, "policy two-person %s\n", value);
	case POLICY_GRANT_DAYS:
		return add_number(buf, "policy grant-days", e->own.policy.value, err);
	case POLICY_BREAK_GLASS:
		break;
	}
	return buf_add_fmt(buf, err, "policy break-glass %s\n", value);
}

int
entry_write_format(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	return add_number(buf, "format", e->own.format, err);
}

int
entry_write_log_key(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	return add_key(buf, &e->own.log_key, err);
}

int
entry_write_case(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_case *open = &e->own.open;

	if (open->n_leads > ENTRY_LEADS_MAX)
		return err_bug(err, "%zu leads", open->n_leads);
	if (add_recipient(buf, &open->recipient, err) < 0)
		return -1;
	for (size_t i = 0; i < open->n_leads; i++) {
		if (buf_add_fmt(buf, err, "%s%s", i == 0 ? "leads " : ",",
				open->leads[i].text) < 0)
			return -1;
	}
	return buf_add_byte(buf, '\n', err);
}

int
entry_write_epoch(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (add_number(buf, "epoch", e->own.epoch.epoch, err) < 0)
		return -1;
	return add_recipient(buf, &e->own.epoch.recipient, err);
}

int
entry_write_grant(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_grant *grant = &e->own.grant;
	char until[TEXT_TIME_LEN + 1] = "-";

	if (grant->has_until)
		text_time(grant->until_at, until);
	return buf_add_fmt(buf, err, "as %s\nuntil %s\nepoch %llu\n",
			   grant_kind_name(grant->kind), until,
			   (unsigned long long)grant->epoch);
}

int
entry_write_sealing(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_sealing *sealing = &e->own.sealing;
	char hex[CUSTODY_ID_HEX_LEN + 1];

	custody_id_hex(&sealing->case_id, hex);
	if (!sealing->in_case) {
		if (buf_add_str(buf, "case -\nepoch -\n", err) < 0)
			return -1;
	} else if (buf_add_fmt(buf, err, "case %s\nepoch %llu\n", hex,
			       (unsigned long long)sealing->epoch) < 0) {
		return -1;
	}
	return add_number(buf, "ring", sealing->audit_epoch, err);
}

int
entry_write_hold(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	return buf_add_str(buf, e->own.hold ? "hold set\n" : "hold release\n", err);
}

int
entry_write_strikes(const struct act_destroy *d, struct buf *buf, struct amana_error *err)
{
	if (d->n_strikes > ENTRY_STRIKES_MAX)
		return err_bug(err, "%zu strikes", d->n_strikes);
	for (size_t i = 0; i < d->n_strikes; i++) {
		if (entry_write_hash(buf, "strike", &d->strikes[i], err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_approve(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (entry_write_hash(buf, "proposal", &e->own.approve.proposal, err) < 0)
		return -1;
	return buf_add_str(buf, e->own.approve.yes ? "answer yes\n" : "answer no\n", err);
}

static int
add_bundles(const struct act_destroy *d, struct buf *buf, struct amana_error *err)
{
	if (d->n_bundles > ENTRY_BUNDLES_MAX || d->n_sheets > ENTRY_BLANKS_MAX)
		return err_bug(err, "%zu bundles, %zu sheets", d->n_bundles, d->n_sheets);
	if (entry_write_hash(buf, "proposal", &d->proposal, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n_bundles; i++) {
		if (add_hashes(buf, "bundle", &d->bundles[i].was, &d->bundles[i].is,
			       err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_dispose(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_destroy *d = &e->own.destroy;

	if (add_bundles(d, buf, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n_sheets; i++) {
		if (entry_write_hash(buf, "blank", &d->sheets[i].was, err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_erase(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_destroy *d = &e->own.destroy;

	if (add_bundles(d, buf, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n_sheets; i++) {
		if (add_hashes(buf, "sheet-was", &d->sheets[i].was,
			       d->sheets[i].gone ? NULL : &d->sheets[i].is, err) < 0)
			return -1;
	}
	return entry_write_strikes(d, buf, err);
}

int
entry_write_anchor(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (add_number(buf, "batch", e->own.anchor.batch, err) < 0)
		return -1;
	return buf_add_fmt(buf, err, "kind %.*s\n", ENTRY_WORD_MAX, e->own.anchor.kind);
}

int
entry_write_skip(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(&e->own.skip.head, hex);
	return buf_add_fmt(buf, err, "skip %llu %llu %s\n",
			   (unsigned long long)e->own.skip.first,
			   (unsigned long long)e->own.skip.last, hex);
}

int
entry_write_restored(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(&e->own.restored.head, hex);
	return buf_add_fmt(buf, err, "restored %llu %s\n",
			   (unsigned long long)e->own.restored.slot, hex);
}
