/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry_parse.h"

#include <string.h>

/* Reads `-`, or roles with commas between them, each once and in the order of their
 * bits. */
static int
roles(struct entry_reader *r, struct bytes text, uint8_t *ret_roles)
{
	static const char *const names[] = {"admin", "auditor", "recovery"};
	uint8_t found = 0;
	size_t at = 0;

	if (text_is(text, "-")) {
		*ret_roles = 0;
		return 0;
	}
	for (unsigned int i = 0; i < ARRAY_LEN(names) && at < text.len; i++) {
		size_t n = strlen(names[i]);

		if (text.len - at < n || memcmp(text.data + at, names[i], n) != 0)
			continue;
		found |= (uint8_t)(1u << i);
		at += n;
		if (at == text.len && (found & ROLE_RECOVERY) != 0 &&
		    found != ROLE_RECOVERY)
			return entry_read_bad(r, "recovery stands alone");
		if (at == text.len) {
			*ret_roles = found;
			return 0;
		}
		if (text.data[at++] != ',')
			break;
	}
	return entry_read_bad(r, "not a list of roles");
}

int
entry_parse_enrol(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (entry_read_recipient(r, "recipient", &e->own.enrol.recipient) < 0 ||
	    entry_read_key(r, &e->own.enrol.key) < 0)
		return -1;
	if (strcmp(e->own.enrol.key.name, e->subject.member.text) != 0)
		return entry_read_bad(r, "the key's name is not the member's code");
	if (entry_read_after(r, "roles", &rest) < 0)
		return -1;
	return roles(r, rest, &e->own.enrol.roles);
}

int
entry_parse_role(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (entry_read_after(r, "role", &rest) < 0)
		return -1;
	if (rest.len == 0 || (rest.data[0] != '+' && rest.data[0] != '-'))
		return entry_read_bad(r, "not +ROLE or -ROLE");
	e->own.role.add = rest.data[0] == '+';
	rest = (struct bytes){rest.data + 1, rest.len - 1};
	e->own.role.role = text_is(rest, "admin")     ? ROLE_ADMIN
			   : text_is(rest, "auditor") ? ROLE_AUDITOR
						      : 0;
	return e->own.role.role != 0 ? 0 : entry_read_bad(r, "not admin or auditor");
}

int
entry_parse_policy(struct entry_reader *r, struct entry *e)
{
	struct bytes rest, key;

	if (entry_read_after(r, "policy", &rest) < 0)
		return -1;
	if (text_field(&rest, &key) < 0)
		return entry_read_bad(r, "not a key and a value");
	if (text_is(key, "grant-days")) {
		e->own.policy.key = POLICY_GRANT_DAYS;
		return entry_read_as_number(r, rest, 1, 3650, &e->own.policy.value);
	}
	e->own.policy.value = text_is(rest, "on");
	if (text_is(key, "disclosure") && text_is(rest, "two-person")) {
		e->own.policy = (struct act_policy){POLICY_DISCLOSURE, 1};
		return 0;
	}
	if (text_is(key, "two-person") && text_is(rest, "on")) {
		e->own.policy.key = POLICY_TWO_PERSON;
		return 0;
	}
	if (text_is(key, "break-glass") &&
	    (text_is(rest, "on") || text_is(rest, "off"))) {
		e->own.policy.key = POLICY_BREAK_GLASS;
		return 0;
	}
	return entry_read_bad(r, "no such policy or value");
}

int
entry_parse_format(struct entry_reader *r, struct entry *e)
{
	return entry_read_number(r, "format", 2, CUSTODY_NUMBER_MAX, &e->own.format);
}

int
entry_parse_log_key(struct entry_reader *r, struct entry *e)
{
	return entry_read_key(r, &e->own.log_key);
}

int
entry_parse_case(struct entry_reader *r, struct entry *e)
{
	struct act_case *open = &e->own.open;
	struct bytes rest;

	if (entry_read_recipient(r, "recipient", &open->recipient) < 0 ||
	    entry_read_after(r, "lead", &rest) < 0)
		return -1;
	return member_code_parse((const char *)rest.data, rest.len, &open->lead) == 0
		       ? 0
		       : entry_read_bad(r, "not a staff code");
}

int
entry_parse_epoch(struct entry_reader *r, struct entry *e)
{
	if (entry_read_number(r, "epoch", 1, CUSTODY_NUMBER_MAX, &e->own.epoch.epoch) < 0)
		return -1;
	return entry_read_recipient(r, "recipient", &e->own.epoch.recipient);
}

int
entry_parse_grant(struct entry_reader *r, struct entry *e)
{
	struct act_grant *grant = &e->own.grant;
	struct bytes rest;

	if (entry_read_after(r, "as", &rest) < 0)
		return -1;
	grant->kind = GRANT_NONE;
	for (enum grant_kind kind = GRANT_LEAD; kind <= GRANT_AUDITOR; kind++) {
		if (text_is(rest, grant_kind_name(kind)))
			grant->kind = kind;
	}
	if (grant->kind == GRANT_NONE ||
	    (grant->kind == GRANT_AUDITOR) != e->subject.audit)
		return entry_read_bad(r, "no such kind of grant here");
	if (entry_read_recipient(r, "to", &grant->to) < 0 ||
	    entry_read_after(r, "until", &rest) < 0)
		return -1;
	grant->has_until = !text_is(rest, "-");
	grant->until_at = 0;
	if (grant->has_until && entry_read_as_time(r, rest, &grant->until_at) < 0)
		return -1;
	return entry_read_number(r, "epoch", 1, CUSTODY_NUMBER_MAX, &grant->epoch);
}

int
entry_parse_break_glass(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (e->subject.audit)
		return entry_read_bad(r, "the audit ring has no glass");
	return entry_read_after(r, "until", &rest) < 0
		       ? -1
		       : entry_read_as_time(r, rest, &e->own.break_glass.until_at);
}

int
entry_parse_sealing(struct entry_reader *r, struct entry *e)
{
	struct act_sealing *sealing = &e->own.sealing;
	struct bytes of_case, epoch;

	if (entry_read_after(r, "case", &of_case) < 0)
		return -1;
	sealing->in_case = e->action == ACT_DEPOSIT || !text_is(of_case, "-");
	if (sealing->in_case !=
	    (e->subject.kind == SUBJECT_EXHIBIT || e->subject.kind == SUBJECT_CASE))
		return entry_read_bad(r, "no such case for this subject");
	if (!sealing->in_case)
		sealing->case_id = (struct custody_id){{0}};
	else if (custody_id_parse((const char *)of_case.data, of_case.len,
				  &sealing->case_id) < 0)
		return entry_read_bad(r, "not an id");
	if (entry_read_after(r, "epoch", &epoch) < 0)
		return -1;
	sealing->epoch = 0;
	if (!sealing->in_case && !text_is(epoch, "-"))
		return entry_read_bad(r, "an epoch without a case");
	if (sealing->in_case &&
	    entry_read_as_number(r, epoch, 1, CUSTODY_NUMBER_MAX, &sealing->epoch) < 0)
		return -1;
	return entry_read_number(r, "ring", 1, CUSTODY_NUMBER_MAX, &sealing->audit_epoch);
}

int
entry_parse_hold(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (entry_read_after(r, "hold", &rest) < 0)
		return -1;
	e->own.hold = text_is(rest, "set");
	return e->own.hold || text_is(rest, "release")
		       ? 0
		       : entry_read_bad(r, "not set or release");
}

int
entry_parse_approve(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (entry_read_hash(r, "proposal", &e->own.approve.proposal) < 0 ||
	    entry_read_after(r, "answer", &rest) < 0)
		return -1;
	e->own.approve.yes = text_is(rest, "yes");
	return e->own.approve.yes || text_is(rest, "no")
		       ? 0
		       : entry_read_bad(r, "not yes or no");
}

/* At most `max` lines "WORD HASH", ascending. */
static int
hashes(struct entry_reader *r, const char *word, size_t max, struct hash *ret_hashes,
       size_t *ret_n)
{
	size_t n = 0;

	for (; entry_read_comes(r, word); n++) {
		if (n == max)
			return entry_read_bad(r, "more follow than an entry may have");
		if (entry_read_hash(r, word, &ret_hashes[n]) < 0)
			return -1;
		if (n > 0 && memcmp(&ret_hashes[n - 1], &ret_hashes[n], HASH_LEN) >= 0)
			return entry_read_bad(r, "they do not ascend");
	}
	*ret_n = n;
	return 0;
}

/* proposal and bundles, which dispose and erase begin with. */
static int
parse_bundles(struct entry_reader *r, struct act_destroy *d)
{
	if (entry_read_hash(r, "proposal", &d->proposal) < 0)
		return -1;
	for (d->n_bundles = 0; entry_read_comes(r, "bundle"); d->n_bundles++) {
		struct entry_bundle_pair *pair = &d->bundles[d->n_bundles];
		struct bytes rest, field;

		if (d->n_bundles == ENTRY_BUNDLES_MAX)
			return entry_read_bad(r, "over 128 bundles follow");
		if (entry_read_after(r, "bundle", &rest) < 0)
			return -1;
		if (text_field(&rest, &field) < 0)
			return entry_read_bad(r, "not three fields");
		if (entry_read_as_number(r, field, 1, CUSTODY_SLOT_MAX, &pair->batch) < 0)
			return -1;
		if (text_field(&rest, &field) < 0)
			return entry_read_bad(r, "not three fields");
		if (entry_read_as_hash(r, field, &pair->was) < 0 ||
		    entry_read_as_hash(r, rest, &pair->is) < 0)
			return -1;
		if (d->n_bundles > 0 && pair[-1].batch >= pair->batch)
			return entry_read_bad(r, "the batches do not ascend");
	}
	return 0;
}

int
entry_parse_proposed_dispose(struct entry_reader *r, struct act_destroy *d)
{
	d->n_strikes = 0;
	for (d->n_sheets = 0; entry_read_comes(r, "blank"); d->n_sheets++) {
		struct entry_sheet_pair *pair = &d->sheets[d->n_sheets];

		if (d->n_sheets == ENTRY_BLANKS_MAX)
			return entry_read_bad(r, "over 128 sheets follow");
		*pair = (struct entry_sheet_pair){.gone = true};
		if (entry_read_hash(r, "blank", &pair->was) < 0)
			return -1;
		if (d->n_sheets > 0 && memcmp(&pair[-1].was, &pair->was, HASH_LEN) >= 0)
			return entry_read_bad(r, "the sheets do not ascend");
	}
	return 0;
}

int
entry_parse_dispose(struct entry_reader *r, struct entry *e)
{
	struct act_destroy *d = &e->own.destroy;

	return parse_bundles(r, d) < 0 ? -1 : entry_parse_proposed_dispose(r, d);
}

int
entry_parse_proposed_erase(struct entry_reader *r, struct act_destroy *d)
{
	struct bytes second = {NULL, 0}; /* gcc -O3 cannot see that it is filled */

	for (d->n_sheets = 0; entry_read_comes(r, "sheet-was"); d->n_sheets++) {
		struct entry_sheet_pair *pair = &d->sheets[d->n_sheets];

		if (d->n_sheets == ENTRY_BLANKS_MAX)
			return entry_read_bad(r, "over 128 sheets follow");
		if (entry_read_hash_and(r, "sheet-was", &pair->was, &second) < 0)
			return -1;
		pair->gone = text_is(second, "-");
		pair->is = (struct hash){{0}};
		if (!pair->gone && entry_read_as_hash(r, second, &pair->is) < 0)
			return -1;
		if (d->n_sheets > 0 && memcmp(&pair[-1].was, &pair->was, HASH_LEN) >= 0)
			return entry_read_bad(r, "the sheets do not ascend");
	}
	if (d->n_sheets == 0)
		return entry_read_bad(r, "a sheet-was has to follow");
	return hashes(r, "strike", ENTRY_STRIKES_MAX, d->strikes, &d->n_strikes);
}

int
entry_parse_erase(struct entry_reader *r, struct entry *e)
{
	struct act_destroy *d = &e->own.destroy;

	if (parse_bundles(r, d) < 0)
		return -1;
	if (d->n_bundles == 0)
		return entry_read_bad(r, "a bundle has to follow");
	return entry_parse_proposed_erase(r, d);
}

int
entry_parse_proposed_lost(struct entry_reader *r, struct act_lost *lost)
{
	lost->has_proposal = false;
	if (hashes(r, "lost", ENTRY_LOST_MAX, lost->hashes, &lost->n) < 0)
		return -1;
	return lost->n > 0 ? 0 : entry_read_bad(r, "a lost has to follow");
}

int
entry_parse_lost(struct entry_reader *r, struct entry *e)
{
	struct act_lost *lost = &e->own.lost;
	struct bytes rest;
	bool proposed;

	if (entry_read_after(r, "proposal", &rest) < 0)
		return -1;
	proposed = !text_is(rest, "-");
	if (!proposed && e->subject.kind != SUBJECT_VAULT)
		return entry_read_bad(r, "only the vault's needs no proposal");
	if ((proposed && entry_read_as_hash(r, rest, &lost->proposal) < 0) ||
	    entry_parse_proposed_lost(r, lost) < 0)
		return -1;
	lost->has_proposal = proposed;
	return 0;
}

int
entry_parse_acknowledge(struct entry_reader *r, struct entry *e)
{
	return entry_read_hash(r, "leaf", &e->own.acknowledge);
}

int
entry_parse_anchor(struct entry_reader *r, struct entry *e)
{
	struct act_anchor *anchor = &e->own.anchor;
	struct bytes rest;

	if (entry_read_number(r, "batch", 0, CUSTODY_SLOT_MAX, &anchor->batch) < 0 ||
	    entry_read_after(r, "kind", &rest) < 0)
		return -1;
	if (rest.len < 1 || rest.len > ENTRY_WORD_MAX)
		return entry_read_bad(r, "not a word of at most 16");
	for (size_t i = 0; i < rest.len; i++) {
		uint8_t c = rest.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return entry_read_bad(r, "not a word");
	}
	memset(anchor->kind, 0, sizeof anchor->kind);
	memcpy(anchor->kind, rest.data, rest.len);
	return 0;
}

int
entry_parse_skip(struct entry_reader *r, struct entry *e)
{
	struct act_skip *skip = &e->own.skip;
	struct bytes rest, first, last, head;

	if (entry_read_after(r, "skip", &rest) < 0)
		return -1;
	if (text_field(&rest, &first) < 0 || text_field(&rest, &last) < 0 ||
	    text_field(&rest, &head) < 0)
		return entry_read_bad(r, "not four fields");
	if (entry_read_as_number(r, first, 1, CUSTODY_SLOT_MAX, &skip->first) < 0 ||
	    entry_read_as_number(r, last, skip->first, CUSTODY_SLOT_MAX, &skip->last) < 0)
		return -1;
	return entry_read_as_hash(r, head, &skip->head) < 0
		       ? -1
		       : entry_read_as_hash(r, rest, &skip->before);
}

int
entry_parse_restored(struct entry_reader *r, struct entry *e)
{
	struct bytes rest, field;

	if (entry_read_after(r, "restored", &rest) < 0)
		return -1;
	if (text_field(&rest, &field) < 0)
		return entry_read_bad(r, "not two fields");
	if (entry_read_as_number(r, field, 1, CUSTODY_SLOT_MAX, &e->own.restored.slot) <
	    0)
		return -1;
	return entry_read_as_hash(r, rest, &e->own.restored.head);
}
