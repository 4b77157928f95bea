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

/* "WORD HASH HASH" and LF, or the two alone if there is no word; a second of NULL: `-`.
 */
static int
add_hashes(struct buf *buf, const char *word, const struct hash *first,
	   const struct hash *second, struct amana_error *err)
{
	char a[HASH_HEX_LEN + 1], b[HASH_HEX_LEN + 1] = "-";

	hash_hex(first, a);
	if (second != NULL)
		hash_hex(second, b);
	return buf_add_fmt(buf, err, "%s%s%s %s\n", word != NULL ? word : "",
			   word != NULL ? " " : "", a, b);
}

static int
add_number(struct buf *buf, const char *word, uint64_t value, struct amana_error *err)
{
	return buf_add_fmt(buf, err, "%s %llu\n", word, (unsigned long long)value);
}

static int
add_recipient(struct buf *buf, const char *word, const struct age_recipient *recipient,
	      struct amana_error *err)
{
	char text[AGE_RECIPIENT_LEN + 1];

	age_recipient_text(recipient, text);
	return buf_add_fmt(buf, err, "%s %s\n", word, text);
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

	if (add_recipient(buf, "recipient", &enrol->recipient, err) < 0 ||
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
	case POLICY_DISCLOSURE:
		return buf_add_str(buf, "policy disclosure two-person\n", err);
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

	if (add_recipient(buf, "recipient", &open->recipient, err) < 0)
		return -1;
	return buf_add_fmt(buf, err, "lead %s\n", open->lead.text);
}

int
entry_write_epoch(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (add_number(buf, "epoch", e->own.epoch.epoch, err) < 0)
		return -1;
	return add_recipient(buf, "recipient", &e->own.epoch.recipient, err);
}

int
entry_write_grant(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_grant *grant = &e->own.grant;
	char until[TEXT_TIME_LEN + 1] = "-";

	if (grant->has_until)
		text_time(grant->until_at, until);
	if (buf_add_fmt(buf, err, "as %s\n", grant_kind_name(grant->kind)) < 0 ||
	    add_recipient(buf, "to", &grant->to, err) < 0)
		return -1;
	return buf_add_fmt(buf, err, "until %s\nepoch %llu\n", until,
			   (unsigned long long)grant->epoch);
}

int
entry_write_break_glass(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	char until[TEXT_TIME_LEN + 1];

	text_time(e->own.break_glass.until_at, until);
	return buf_add_fmt(buf, err, "until %s\n", until);
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
entry_write_approve(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (entry_write_hash(buf, "proposal", &e->own.approve.proposal, err) < 0)
		return -1;
	return buf_add_str(buf, e->own.approve.yes ? "answer yes\n" : "answer no\n", err);
}

/* proposal and bundles, which dispose and erase begin with. */
static int
add_bundles(const struct act_destroy *d, struct buf *buf, struct amana_error *err)
{
	if (d->n_bundles > ENTRY_BUNDLES_MAX)
		return err_bug(err, "%zu bundles", d->n_bundles);
	if (entry_write_hash(buf, "proposal", &d->proposal, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n_bundles; i++) {
		if (buf_add_fmt(buf, err, "bundle %llu ",
				(unsigned long long)d->bundles[i].batch) < 0 ||
		    add_hashes(buf, NULL, &d->bundles[i].was, &d->bundles[i].is, err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_proposed_dispose(const struct act_destroy *d, struct buf *buf,
			     struct amana_error *err)
{
	if (d->n_sheets > ENTRY_BLANKS_MAX)
		return err_bug(err, "%zu sheets", d->n_sheets);
	for (size_t i = 0; i < d->n_sheets; i++) {
		if (entry_write_hash(buf, "blank", &d->sheets[i].was, err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_dispose(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_destroy *d = &e->own.destroy;

	return add_bundles(d, buf, err) < 0 ? -1
					    : entry_write_proposed_dispose(d, buf, err);
}

int
entry_write_proposed_erase(const struct act_destroy *d, struct buf *buf,
			   struct amana_error *err)
{
	if (d->n_sheets > ENTRY_BLANKS_MAX || d->n_strikes > ENTRY_STRIKES_MAX)
		return err_bug(err, "%zu sheets, %zu strikes", d->n_sheets, d->n_strikes);
	for (size_t i = 0; i < d->n_sheets; i++) {
		if (add_hashes(buf, "sheet-was", &d->sheets[i].was,
			       d->sheets[i].gone ? NULL : &d->sheets[i].is, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < d->n_strikes; i++) {
		if (entry_write_hash(buf, "strike", &d->strikes[i], err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_erase(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_destroy *d = &e->own.destroy;

	return add_bundles(d, buf, err) < 0 ? -1
					    : entry_write_proposed_erase(d, buf, err);
}

int
entry_write_proposed_lost(const struct act_lost *lost, struct buf *buf,
			  struct amana_error *err)
{
	if (lost->n > ENTRY_LOST_MAX)
		return err_bug(err, "%zu things lost", lost->n);
	for (size_t i = 0; i < lost->n; i++) {
		if (entry_write_hash(buf, "lost", &lost->hashes[i], err) < 0)
			return -1;
	}
	return 0;
}

int
entry_write_lost(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct act_lost *lost = &e->own.lost;

	if ((lost->has_proposal ? entry_write_hash(buf, "proposal", &lost->proposal, err)
				: buf_add_str(buf, "proposal -\n", err)) < 0)
		return -1;
	return entry_write_proposed_lost(lost, buf, err);
}

int
entry_write_acknowledge(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	return entry_write_hash(buf, "leaf", &e->own.acknowledge, err);
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
	const struct act_skip *skip = &e->own.skip;

	return buf_add_fmt(buf, err, "skip %llu %llu ", (unsigned long long)skip->first,
			   (unsigned long long)skip->last) < 0
		       ? -1
		       : add_hashes(buf, NULL, &skip->head, &skip->before, err);
}

int
entry_write_restored(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(&e->own.restored.head, hex);
	return buf_add_fmt(buf, err, "restored %llu %s\n",
			   (unsigned long long)e->own.restored.slot, hex);
}
