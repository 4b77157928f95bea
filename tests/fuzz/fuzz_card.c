/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/card.h"
#include "keys/casecard.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
run_card(struct bytes input)
{
	struct amana_error err;
	struct card card;

	if (card_parse(input, &card, &err) < 0) {
		if (err.code != AMANA_E_FORMAT && err.code != AMANA_E_TAMPERED)
			abort();
		return;
	}
	if (strcmp(card.code, card.key.name) != 0 ||
	    !text_is_member(card.code, strlen(card.code)) ||
	    !sign_key_valid(card.key.pub))
		abort();
}

static void
run_casecard(struct bytes input)
{
	struct note_key key = {.name = ""};
	struct amana_error err;
	struct casecard card;

	if (casecard_parse(input, &card, &err) < 0) {
		if (err.code != AMANA_E_FORMAT)
			abort();
		return;
	}
	if (!signed_is_origin(card.origin, strlen(card.origin)) || card.epoch < 1 ||
	    !text_is_member(card.by.code, strlen(card.by.code)))
		abort();
	memset(key.pub, 0x66, sizeof key.pub); /* the base point */
	key.pub[0] = 0x58;
	memcpy(key.name, card.by.code, sizeof card.by.code);
	memcpy(key.id, card.by.id, sizeof key.id);
	(void)casecard_verify(&card, &key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct amana_error err;

	if (crypto_init(&err) < 0)
		abort();
	run_card(input);
	run_casecard(input);
	return 0;
}
