/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/note.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every note that can be split keeps to. */
static void
run_note(struct bytes note)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs;

	if (note_split(note, &text, sigs, &n_sigs) < 0)
		return;
	if (n_sigs == 0 || n_sigs > NOTE_SIGS_MAX || text.data != note.data ||
	    text.len == 0 || text.len + 1 >= note.len || text.data[text.len - 1] != '\n')
		abort();
	for (size_t i = 0; i < n_sigs; i++) {
		struct note_key key = {.name = ""};

		if (sigs[i].name.data < text.data + text.len ||
		    sigs[i].name.data + sigs[i].name.len > note.data + note.len)
			abort();
		if (sigs[i].name.len > NOTE_NAME_MAX)
			continue;
		/* A known key, so that the signature is looked at: the base point is a
		 * valid one. */
		memcpy(key.name, sigs[i].name.data, sigs[i].name.len);
		memcpy(key.id, sigs[i].id, sizeof key.id);
		memset(key.pub, 0x66, sizeof key.pub);
		key.pub[0] = 0x58;
		(void)note_verify(text, sigs, n_sigs, &key, 1);
	}
}

/* A key that parses has one spelling: the one it is written in again. */
static void
run_key(struct bytes bytes)
{
	char text[NOTE_VKEY_MAX + 1];
	struct note_key key;

	if (note_key_parse((const char *)bytes.data, bytes.len, &key) < 0)
		return;
	note_key_text(&key, text);
	if (strlen(text) != bytes.len || memcmp(text, bytes.data, bytes.len) != 0)
		abort();
}

static void
run_secret(struct bytes bytes)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	char name[NOTE_NAME_MAX + 1], text[NOTE_SKEY_MAX + 1];
	struct amana_error err;

	if (note_secret_parse((const char *)bytes.data, bytes.len, name, &seed, &err) !=
	    0)
		return;
	note_secret_text(name, &seed, text);
	if (strlen(text) != bytes.len || memcmp(text, bytes.data, bytes.len) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct amana_error err;
	struct note_sig sig;

	if (crypto_init(&err) < 0)
		abort();
	run_note(input);
	run_key(input);
	run_secret(input);
	IGNORE(note_sig_parse(input, &sig));
	return 0;
}
