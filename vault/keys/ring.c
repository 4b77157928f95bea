/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/ring.h"

#include "keys/plain.h"

#include <inttypes.h>
#include <string.h>

#define MAGIC "# amana/ring"
#define NUMBER_MAX ((UINT64_C(1) << 53) - 1)

void
ring_free(struct ring *ring)
{
	if (ring == NULL)
		return;
	for (size_t i = 0; ring->identities != NULL && i < ring->n_epochs; i++)
		secret_done(&ring->identities[i]);
	mem_free(ring->identities);
	mem_free(ring->numbers);
	mem_free(ring->recipients);
	mem_free(ring);
}

static bool
is_code_or_none(const char *text, size_t len)
{
	return text_is_case(text, len) || (len == 1 && text[0] == '-');
}

int
ring_new_case(const struct hash *fingerprint, const char *case_id, const char *code,
	      const char *title, struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	size_t title_len = title != NULL ? strlen(title) : 0;

	if (!signed_is_id(case_id, strlen(case_id)))
		return err_bug(err, "'%s' is no id of a case", case_id);
	if (!is_code_or_none(code, strlen(code)))
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' is no case code: capital letters, digits, dots and dashes",
			code);
	if (title_len > RING_TITLE_MAX ||
	    (title_len > 0 && !text_is_plain(title, title_len)))
		return err_set(err, AMANA_E_USAGE,
			       "a title is one line of plain text, at most %d bytes",
			       RING_TITLE_MAX);
	ring = mem_new(sizeof *ring, err);
	if (ring == NULL)
		return -1;
	ring->fingerprint = *fingerprint;
	memcpy(ring->case_id, case_id, SIGNED_ID_LEN);
	memcpy(ring->case_code, code, strlen(code));
	if (title_len > 0)
		memcpy(ring->title, title, title_len);
	*ret_ring = TAKE(ring);
	return 0;
}

int
ring_new_audit(const struct hash *fingerprint, struct ring **ret_ring,
	       struct amana_error *err)
{
	struct ring *ring = mem_new(sizeof *ring, err);

	if (ring == NULL)
		return -1;
	ring->fingerprint = *fingerprint;
	ring->is_audit = true;
	*ret_ring = ring;
	return 0;
}

/* Makes room for n epochs in all; those that there are move `shift` places towards the
 * end. n_epochs stays as it is. */
static int
make_room(struct ring *ring, size_t n, size_t shift, struct amana_error *err)
{
	CLEANUP(mem_freep) uint64_t *numbers = NULL;
	CLEANUP(mem_freep) struct secret *identities = NULL;
	CLEANUP(mem_freep) struct age_recipient *recipients = NULL;

	numbers = mem_array(n, sizeof *numbers, err);
	if (numbers == NULL)
		return -1;
	identities = mem_array(n, sizeof *identities, err);
	if (identities == NULL)
		return -1;
	recipients = mem_array(n, sizeof *recipients, err);
	if (recipients == NULL)
		return -1;
	for (size_t i = 0; i < ring->n_epochs; i++) {
		numbers[i + shift] = ring->numbers[i];
		identities[i + shift] = ring->identities[i];
		recipients[i + shift] = ring->recipients[i];
	}
	mem_free(ring->numbers);
	mem_free(ring->identities);
	mem_free(ring->recipients);
	ring->numbers = TAKE(numbers);
	ring->identities = TAKE(identities);
	ring->recipients = TAKE(recipients);
	return 0;
}

int
ring_add_epoch(struct ring *ring, uint64_t number, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	struct age_recipient recipient;

	if (number < 1 || number > NUMBER_MAX ||
	    (ring->n_epochs > 0 && number <= ring->numbers[0]))
		return err_bug(err, "epoch %" PRIu64 " is not newer than the ring's",
			       number);
	if (ring->n_epochs == RING_EPOCHS_MAX)
		return err_set(err, AMANA_E_LIMIT, "a ring has at most %d epochs",
			       RING_EPOCHS_MAX);
	if (age_identity_new(&identity, err) < 0 ||
	    age_identity_keep_recipient(&identity, &recipient, err) < 0 ||
	    make_room(ring, ring->n_epochs + 1, 1, err) < 0)
		return -1;
	ring->numbers[0] = number;
	ring->recipients[0] = recipient;
	ring->identities[0] = identity;
	identity = (struct secret)SECRET_INIT;
	ring->n_epochs++;
	return 0;
}

int
ring_find(const struct ring *ring, uint64_t number)
{
	for (size_t i = 0; i < ring->n_epochs; i++) {
		if (ring->numbers[i] == number)
			return (int)i;
	}
	return -1;
}

/* Moves epoch i of `older` into the ring, which has room for it, in descending order. */
static void
insert_epoch(struct ring *ring, struct ring *older, size_t i)
{
	size_t at = ring->n_epochs++;

	for (; at > 0 && ring->numbers[at - 1] < older->numbers[i]; at--) {
		ring->numbers[at] = ring->numbers[at - 1];
		ring->identities[at] = ring->identities[at - 1];
		ring->recipients[at] = ring->recipients[at - 1];
	}
	ring->numbers[at] = older->numbers[i];
	ring->identities[at] = older->identities[i];
	ring->recipients[at] = older->recipients[i];
	older->identities[i] = (struct secret)SECRET_INIT;
}

int
ring_complete(struct ring *ring, struct ring *older, bool with_keys, size_t *ret_n_new,
	      struct amana_error *err)
{
	size_t n_new = 0, n_had = ring->n_epochs;

	for (size_t i = 0; with_keys && i < older->n_epochs; i++)
		n_new += ring_find(ring, older->numbers[i]) < 0;
	if (n_new > RING_EPOCHS_MAX - n_had)
		n_new = RING_EPOCHS_MAX - n_had;
	if (n_new > 0 && make_room(ring, n_had + n_new, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < older->n_epochs && ring->n_epochs < n_had + n_new; i++) {
		if (ring_find(ring, older->numbers[i]) < 0)
			insert_epoch(ring, older, i);
	}
	if (strcmp(ring->case_code, "-") == 0) {
		memcpy(ring->case_code, older->case_code, sizeof ring->case_code);
		memcpy(ring->title, older->title, sizeof ring->title);
	}
	*ret_n_new = n_new;
	return 0;
}

static int
add_head(const struct ring *ring, struct plain *plain, struct amana_error *err)
{
	char fingerprint[HASH_HEX_LEN + 1];

	hash_hex(&ring->fingerprint, fingerprint);
	if (plain_add_fmt(plain, err, MAGIC " 1\n# vault %s\n", fingerprint) < 0)
		return -1;
	if (ring->is_audit)
		return plain_add_str(plain, "# audit\n", err);
	if (plain_add_fmt(plain, err, "# case %s %s\n", ring->case_id, ring->case_code) <
	    0)
		return -1;
	if (ring->title[0] == 0)
		return 0;
	return plain_add_fmt(plain, err, "# title %s\n", ring->title);
}

static size_t
epoch_len(uint64_t number)
{
	size_t digits = 1;

	for (; number >= 10; number /= 10)
		digits++;
	return strlen("# epoch \n") + digits + AGE_IDENTITY_LEN + 1;
}

int
ring_serialise(const struct ring *ring, enum ring_content content,
	       struct secret *ret_plain, struct amana_error *err)
{
	CLEANUP(plain_done) struct plain plain = PLAIN_INIT;
	CLEANUP(secret_done) struct secret text = SECRET_INIT;
	size_t n = content == RING_WITHOUT_KEYS ? 0 : ring->n_epochs, more = 0;

	if (content == RING_NEWEST && n > 1)
		n = 1;
	if (content != RING_WITHOUT_KEYS && n == 0)
		return err_bug(err, "a ring without epochs has no keys to give");
	for (size_t i = 0; i < n; i++)
		more += epoch_len(ring->numbers[i]);
	/* Head, title and padding are below 2 steps. */
	if (plain_new(more + 2 * PLAIN_STEP, &plain, err) < 0 ||
	    secret_new(AGE_IDENTITY_LEN + 1, &text, err) < 0 ||
	    add_head(ring, &plain, err) < 0 || plain_add_padding(&plain, more, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (plain_add_fmt(&plain, err, "# epoch %" PRIu64 "\n",
				  ring->numbers[i]) < 0)
			return -1;
		age_identity_text(&ring->identities[i], (char *)text.data);
		text.data[AGE_IDENTITY_LEN] = '\n';
		if (plain_add(&plain, text.data, text.len, err) < 0)
			return -1;
	}
	if (plain.len > RING_PLAIN_MAX)
		return err_set(err, AMANA_E_LIMIT, "a key file has at most %d bytes",
			       RING_PLAIN_MAX);
	return plain_finish(&plain, ret_plain, err);
}

static int
malformed(const char *what, struct amana_error *err)
{
	return err_set(err, AMANA_E_FORMAT, "no key file: %s", what);
}

/* "# case ID CODE" and the title, if there is one: *line is the line after them. */
static int
parse_case(struct text_cursor *cursor, struct bytes *line, struct ring *ring,
	   struct amana_error *err)
{
	struct bytes rest, id, code;

	if (text_after(*line, "# case", &rest) < 0 || text_field(&rest, &id) < 0 ||
	    text_field(&rest, &code) < 0 || rest.len != 0 ||
	    !signed_is_id((const char *)id.data, id.len) ||
	    !is_code_or_none((const char *)code.data, code.len))
		return malformed("line 3 names neither a case nor the audit ring", err);
	memcpy(ring->case_id, id.data, id.len); /* the ring is zeroed */
	memcpy(ring->case_code, code.data, code.len);
	if (text_line(cursor, line) < 0)
		return malformed("it ends after line 3", err);
	if (text_after(*line, "# title", &rest) < 0)
		return 0;
	if (rest.len == 0 || rest.len > RING_TITLE_MAX ||
	    !text_is_plain((const char *)rest.data, rest.len))
		return malformed("its title is not one line of plain text", err);
	memcpy(ring->title, rest.data, rest.len);
	return text_line(cursor, line) < 0 ? malformed("it ends after line 4", err) : 0;
}

/* Reads everything up to the line of padding, and that line. */
static int
parse_head(struct text_cursor *cursor, struct ring *ring, struct amana_error *err)
{
	struct bytes line, rest;

	if (text_line(cursor, &line) < 0 || text_after(line, MAGIC, &rest) < 0)
		return malformed("line 1 is another", err);
	if (!text_is(rest, "1"))
		return err_reason(err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
				  "a key file of a newer version than this program");
	if (text_line(cursor, &line) < 0 || text_after(line, "# vault", &rest) < 0 ||
	    hash_parse((const char *)rest.data, rest.len, &ring->fingerprint) < 0)
		return malformed("line 2 names no vault", err);
	if (text_line(cursor, &line) < 0)
		return malformed("it ends after line 2", err);
	if (text_is(line, "# audit")) {
		ring->is_audit = true;
		if (text_line(cursor, &line) < 0)
			return malformed("it ends after line 3", err);
	} else if (parse_case(cursor, &line, ring, err) < 0) {
		return -1;
	}
	return plain_is_padding(line) ? 0 : malformed("its padding is another", err);
}

static int
parse_epoch(struct text_cursor *cursor, struct ring *ring, struct amana_error *err)
{
	size_t i = ring->n_epochs;
	struct bytes line, rest;
	uint64_t number;
	int r;

	if (text_line(cursor, &line) < 0 || text_after(line, "# epoch", &rest) < 0 ||
	    text_u64((const char *)rest.data, rest.len, &number) < 0 || number < 1 ||
	    number > NUMBER_MAX || (i > 0 && number >= ring->numbers[i - 1]))
		return malformed("its epochs are not in order", err);
	if (text_line(cursor, &line) < 0)
		return malformed("an epoch without its key", err);
	r = age_identity_parse((const char *)line.data, line.len, &ring->identities[i],
			       err);
	if (r != 0)
		return r < 0 ? r : malformed("an epoch's key is malformed", err);
	ring->numbers[i] = number;
	ring->n_epochs++;
	return age_identity_keep_recipient(&ring->identities[i], &ring->recipients[i],
					   err);
}

/* How many epochs can follow at most: each has two lines. */
static size_t
count_epochs(const struct text_cursor *cursor)
{
	size_t n_lines = 0;

	for (const char *at = cursor->at; at < cursor->end; at++)
		n_lines += *at == '\n';
	return n_lines / 2;
}

int
ring_parse(struct bytes plain, struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct text_cursor cursor = {(const char *)plain.data,
				     (const char *)plain.data + plain.len};
	size_t n;

	if (plain.len == 0 || plain.len > RING_PLAIN_MAX || plain.len % PLAIN_STEP != 0)
		return malformed("its length is wrong", err);
	ring = mem_new(sizeof *ring, err);
	if (ring == NULL)
		return -1;
	if (parse_head(&cursor, ring, err) < 0)
		return -1;
	n = count_epochs(&cursor);
	if (n > RING_EPOCHS_MAX)
		return err_set(err, AMANA_E_LIMIT, "a ring has at most %d epochs",
			       RING_EPOCHS_MAX);
	if (n > 0 && make_room(ring, n, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (parse_epoch(&cursor, ring, err) < 0)
			return -1;
	}
	if (cursor.at != cursor.end)
		return malformed("bytes follow its last epoch", err);
	*ret_ring = TAKE(ring);
	return 0;
}

int
ring_seal(const struct ring *ring, enum ring_content content,
	  const struct age_recipient *recipients, size_t n_recipients,
	  struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;

	if (ring_serialise(ring, content, &plain, err) < 0)
		return -1;
	return age_seal(recipients, n_recipients, (struct bytes){plain.data, plain.len},
			ret_file, err);
}

int
ring_open(const struct secret *identities, size_t n_identities, struct bytes file,
	  struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	int r;

	if (file.len > RING_FILE_MAX)
		return err_set(err, AMANA_E_LIMIT, "a key file has at most %d bytes",
			       RING_FILE_MAX);
	r = age_open(identities, n_identities, file, &plain, err);
	if (r != 0)
		return r;
	return ring_parse((struct bytes){plain.data, plain.len}, ret_ring, err);
}

static const struct ring_epoch *
find_epoch(const struct ring_epoch *epochs, size_t n_epochs, uint64_t number)
{
	for (size_t i = 0; i < n_epochs; i++) {
		if (epochs[i].number == number)
			return &epochs[i];
	}
	return NULL;
}

int
ring_check(const struct ring *ring, const struct hash *fingerprint, const char *case_id,
	   const struct ring_epoch *epochs, size_t n_epochs, struct amana_error *err)
{
	if (!hash_equal(&ring->fingerprint, fingerprint))
		return err_set(err, AMANA_E_TAMPERED, "the key file is of another vault");
	if (ring->is_audit != (case_id == NULL) ||
	    (case_id != NULL && strcmp(ring->case_id, case_id) != 0))
		return err_set(err, AMANA_E_TAMPERED, "the key file is of another case");
	for (size_t i = 0; i < ring->n_epochs; i++) {
		const struct ring_epoch *known =
			find_epoch(epochs, n_epochs, ring->numbers[i]);

		if (known == NULL ||
		    !age_recipient_equal(&known->recipient, &ring->recipients[i]))
			return err_set(err, AMANA_E_TAMPERED,
				       "the key of epoch %" PRIu64
				       " is not the one that the log has",
				       ring->numbers[i]);
	}
	return 0;
}
