/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_IDCARD_H
#define FLOW_OFFICE_IDCARD_H

#include "amana/identity.h"
#include "keys/card.h"

/* Cards as the public functions tell and write them.  Any thread. */

/* What a card says, in the public form. */
void idcard_tell(const struct card *card, struct amana_card_info *ret_info);
/* The card of an identity in that form. */
int idcard_of(const struct identity *identity, struct amana_card_info *ret_info,
	      struct amana_error *err) MUST_CHECK;
/* Writes the identity's card to a new file.  As outfile_write_new. */
int idcard_write(const struct identity *identity, const char *path,
		 struct amana_error *err) MUST_CHECK;

#endif
