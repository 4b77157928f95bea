/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "crypto/words.h"
#include "session/data_folder.h"
#include "session/session.h"
#include "store/store_probe.h"

#include <stdio.h>
#include <string.h>

/* Making a vault: the store is tried out, then the audit ring and last the genesis are
 * put, and the vault is pinned. */

/* This login may remember a vault at this very location: then something was removed or
 * moved, and a person has to look. */
static int
refuse_known_location(const char *pins, const char *location, struct amana_error *err)
{
	char words[WORDS_TEXT_MAX + 1];
	struct pin pin;
	int r = pin_find_location(pins, location, &pin, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	words_of_hash(&pin.fingerprint, words);
	return err_set(
		err, AMANA_E_CONFLICT,
		"this login knows the vault \"%s\" at '%s', where it is not any more; choose "
		"another folder",
		words, location);
}

/* Puts the audit ring's first key file, for the founder.  The genesis holds its hash, so
 * that it cannot name the vault's fingerprint, which is the genesis's: it names none. */
static int
put_audit_ring(struct session *session, struct genesis *genesis, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	const struct hash none = {{0}};
	struct store_name name;

	if (ring_new_audit(&none, &ring, err) < 0 || ring_add_epoch(ring, 1, err) < 0 ||
	    ring_seal(ring, RING_WITH_KEYS, &genesis->recipient, 1, &file, err) < 0)
		return -1;
	genesis->audit_recipient = ring->recipients[0];
	hash_of(file.data, file.len, &genesis->audit_file);
	name = store_name_object(&genesis->audit_file);
	return store_put(session->store, name.text, BYTES_OF(file), true, err) < 0 ? -1
										   : 0;
}

static int
fill_genesis(struct session *session, const char *name, const struct store_probe *probe,
	     struct genesis *genesis, struct amana_error *err)
{
	const struct identity *founder = &session->identity;

	if (origin_make(name != NULL ? name : "amana", genesis->origin, err) < 0)
		return -1;
	if (member_code_parse(founder->code, strlen(founder->code), &genesis->founder) <
	    0)
		return err_bug(err, "an identity without a staff code");
	genesis->at = session_now();
	genesis->recipient = founder->recipient;
	genesis->key = founder->key;
	snprintf(genesis->store_kind, sizeof genesis->store_kind, "%s", probe->kind);
	genesis->writers = probe->n_writers;
	return put_audit_ring(session, genesis, err);
}

static int
put_genesis(struct session *session, const struct genesis *genesis,
	    struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(GENESIS_MAX);
	int r;

	if (genesis_sign(genesis, &session->identity.seed, &bytes, err) < 0)
		return -1;
	r = store_put_sure(session->store, store_name_slot(0).text, BYTES_OF(bytes), err);
	return r > 0 ? err_set(err, AMANA_E_CONFLICT,
			       "somebody else made a vault at '%s' just now",
			       store_location(session->store))
		     : r;
}

static int
pin(struct session *session, const char *pins, struct amana_error *err)
{
	const struct log_options options = {.base_dir = pins};

	if (log_open(session->store, &options, &session->log, err) < 0)
		return -1;
	return log_accept(session->log, err);
}

static void
tell(const struct session *session, struct amana_init_result *ret_result)
{
	const struct hash *fingerprint = log_fingerprint(session->log);

	*ret_result = (struct amana_init_result){.origin = ""};
	snprintf(ret_result->origin, sizeof ret_result->origin, "%s",
		 log_genesis(session->log)->origin);
	hash_hex(fingerprint, ret_result->fingerprint);
	words_of_hash(fingerprint, ret_result->words);
	snprintf(ret_result->founder, sizeof ret_result->founder, "%s",
		 session->identity.code);
	snprintf(ret_result->location, sizeof ret_result->location, "%s",
		 store_location(session->store));
}

/* The identity first: nobody who cannot open one leaves a half-made folder behind. */
static int
open_empty(const struct amana_config *config, struct session **ret_session,
	   struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;

	if (session_new(config, &session, err) < 0 ||
	    session_authority(session, err) < 0 ||
	    store_open(config->vault, STORE_CREATE, &session->store, err) < 0)
		return -1;
	*ret_session = TAKE(session);
	return 0;
}

int
flow_init(const struct amana_config *config, const char *name,
	  struct amana_init_result *ret_result, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	struct genesis genesis = {.origin = ""};
	struct store_probe probe;
	char pins[PATH_MAX];

	if (name != NULL && origin_make(name, genesis.origin, err) < 0)
		return -1;
	if (data_folder_vaults(config, pins, err) < 0 ||
	    open_empty(config, &session, err) < 0 ||
	    refuse_known_location(pins, store_location(session->store), err) < 0)
		return -1;
	if (store_probe(session->store, &probe, err) < 0)
		return err_wrap(err, "no vault can be kept in '%s'",
				store_location(session->store));
	if (fill_genesis(session, name, &probe, &genesis, err) < 0 ||
	    put_genesis(session, &genesis, err) < 0)
		return -1;
	if (pin(session, pins, err) < 0)
		return err_wrap(err,
				"the vault was made, but this login could not note it");
	tell(session, ret_result);
	return 0;
}
