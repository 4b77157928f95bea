/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "state_peek.h"
#include "flow/office/office.h"

#include "crypto/words.h"
#include "keys/welcome.h"

/* Making a vault and joining one. */

static struct office office;
static struct person founder, other;

static void
begin(void)
{
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &other);
}

static void
test_init(void)
{
	struct amana_init_result result;
	struct amana_error err = AMANA_ERROR_INIT;
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct ring *ring;
	struct hash fingerprint;

	begin();
	CHECK_OK(flow_init(&founder.config, "kituo", &result, &err), err);
	CHECK_INT(founder.n_asked[AMANA_WHY_AUTHORITY], 1);
	CHECK(strncmp(result.origin, "kituo/", 6) == 0);
	CHECK_STR(result.founder, "S-001");
	CHECK_INT(
		hash_parse(result.fingerprint, strlen(result.fingerprint), &fingerprint),
		0);
	CHECK(words_match(result.words, &fingerprint));
	CHECK_STR(result.location, office.vault);

	/* Pinned: no first contact. The founder holds the audit ring. */
	vault = person_open(&founder);
	CHECK_INT(founder.n_first_contact, 0);
	CHECK(log_is_pinned(vault->log));
	CHECK_OK(session_ring(vault, NULL, &ring, &err), err);
	CHECK(hash_equal(&ring->fingerprint, &fingerprint));
	CHECK_INT(ring->n_epochs, 1);
	CHECK(peek_admins(session_state(vault)) == 1 &&
	      peek_auditors(session_state(vault)) == 1);
	office_done(&office);
}

static void
test_init_refuses(void)
{
	struct amana_init_result result;
	struct amana_error err = AMANA_ERROR_INIT;
	char moved[OFFICE_PATH + 8];

	begin();
	CHECK_FAILS(flow_init(&founder.config, "No Name", &result, &err), err,
		    AMANA_E_USAGE);
	CHECK(access(office.vault, F_OK) < 0);
	founder.passphrase = "wrong";
	CHECK_FAILS(flow_init(&founder.config, NULL, &result, &err), err, AMANA_E_DENIED);
	CHECK(access(office.vault, F_OK) < 0);
	founder.passphrase = NULL;
	CHECK_OK(flow_init(&founder.config, NULL, &result, &err), err);
	CHECK(strncmp(result.origin, "amana/", 6) == 0);
	CHECK_FAILS(flow_init(&founder.config, NULL, &result, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_FAILS(flow_init(&other.config, NULL, &result, &err), err, AMANA_E_CONFLICT);

	/* Gone from its place: the login that knows it makes no other one there. */
	snprintf(moved, sizeof moved, "%s.gone", office.vault);
	CHECK_INT(rename(office.vault, moved), 0);
	CHECK_FAILS(flow_init(&founder.config, NULL, &result, &err), err,
		    AMANA_E_CONFLICT);
	CHECK(strstr(err.msg, "knows the vault") != NULL);
	office_done(&office);
}

/* The genesis' key file names no vault, since the fingerprint covers it: one that names
 * any was made for another. */
static void
test_first_key_file(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(GENESIS_MAX);
	CLEANUP(session_closep) struct session *who = NULL, *vault = NULL;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct genesis genesis = {.store_kind = "dir", .writers = 16};
	struct amana_error err = AMANA_ERROR_INIT;
	const struct hash elsewhere = {{1}};
	const struct ring *opened;

	begin();
	CHECK_OK(session_new(&founder.config, &who, &err), err);
	CHECK_OK(session_identity(who, &err), err);
	CHECK_OK(ring_new_audit(&elsewhere, &ring, &err), err);
	CHECK_OK(ring_add_epoch(ring, 1, &err), err);
	CHECK_OK(
		ring_seal(ring, RING_WITH_KEYS, &who->identity.recipient, 1, &file, &err),
		err);
	CHECK_OK(origin_make("amana", genesis.origin, &err), err);
	CHECK_INT(member_code_parse("S-001", 5, &genesis.founder), 0);
	genesis.recipient = who->identity.recipient;
	genesis.key = who->identity.key;
	genesis.audit_recipient = ring->recipients[0];
	hash_of(file.data, file.len, &genesis.audit_file);
	CHECK_OK(genesis_sign(&genesis, &who->identity.seed, &bytes, &err), err);
	CHECK_OK(store_open(office.vault, STORE_CREATE, &store, &err), err);
	CHECK_OK(store_put(store, store_name_object(&genesis.audit_file).text,
			   BYTES_OF(file), true, &err),
		 err);
	CHECK_OK(store_put_sure(store, "vault", BYTES_OF(bytes), &err), err);

	vault = person_open(&founder);
	CHECK_FAILS(session_ring(vault, NULL, &opened, &err), err, AMANA_E_TAMPERED);
	office_done(&office);
}

static void
test_join(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_join_result joined;

	begin();
	office_init(&founder);
	office_add(&office, &founder, &other, NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&other);
		const struct state_member *me;

		CHECK_INT(other.n_first_contact, 0);
		CHECK(log_is_pinned(vault->log));
		CHECK_OK(session_member(vault, &me, &err), err);
		CHECK_INT(me->roles, 0);
	}
	/* Again, harmlessly. */
	CHECK_OK(flow_join(&other.config, office_path(&office, "S-002.welcome"), &joined,
			   &err),
		 err);
	CHECK_STR(joined.location, office.vault);
	office_done(&office);
}

/* Nobody is pinned by a join that failed. */
static void
check_not_pinned(struct person *person)
{
	char pins[OFFICE_PATH + 8];
	struct amana_error err = AMANA_ERROR_INIT;
	struct pin pin;

	snprintf(pins, sizeof pins, "%s/vaults", person->data_dir);
	CHECK_INT(pin_find_location(pins, office.vault, &pin, &err), 1);
}

static void
rewrite_welcome(const struct welcome *welcome, const struct identity *by,
		const char *name)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(welcome_make(welcome, by, &file, &err), err);
	unlink(office_path(&office, name));
	CHECK_INT(file_write_new(AT_FDCWD, office.root, office_path(&office, name), 0600,
				 BYTES_OF(file), false, &err),
		  0);
}

static void
read_welcome(const char *name, struct welcome *ret_welcome)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_INT(file_read(AT_FDCWD, office_path(&office, name), &file, &err), 0);
	CHECK_OK(welcome_parse(BYTES_OF(file), ret_welcome, &err), err);
}

static void
add_other(const char *roles)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_member_add(vault,
				 &(struct amana_member_add){
					 .card_path = other.card,
					 .roles = roles,
					 .welcome_path = office_path(&office, "w")},
				 proposal, &err),
		 err);
}

static void
check_join_fails(const char *name, enum amana_code code, const char *part)
{
	struct amana_join_result joined;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_FAILS(flow_join(&other.config, office_path(&office, name), &joined, &err),
		    err, code);
	if (strstr(err.msg, part) == NULL)
		CHECK_STR(err.msg, part);
	check_not_pinned(&other);
}

static void
test_join_wrong_vault(void)
{
	struct amana_init_result result;
	struct amana_error err = AMANA_ERROR_INIT;
	char second[OFFICE_PATH];
	struct welcome welcome;

	begin();
	office_init(&founder);
	add_other(NULL);
	read_welcome("w", &welcome);
	/* The same people have another vault; the welcome does not fit that one. */
	snprintf(second, sizeof second, "%s/second", office.root);
	founder.config.vault = second;
	CHECK_OK(flow_init(&founder.config, NULL, &result, &err), err);
	other.config.vault = second;
	check_join_fails("w", AMANA_E_TAMPERED, "not the vault of this welcome");
	other.config.vault = office.vault;
	other.config.vault_fingerprint = result.fingerprint;
	check_join_fails("w", AMANA_E_TAMPERED, "not the vault that was named");
	other.config.vault_fingerprint = NULL;
	check_join_fails("none", AMANA_E_MISSING, "there is no welcome");
	office_done(&office);
}

static void
test_join_rolled_back(void)
{
	struct store_name name;
	struct welcome welcome;
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	office_init(&founder);
	add_other(NULL);
	read_welcome("w", &welcome);
	name = store_name_slot(welcome.slot);
	{
		char from[OFFICE_PATH * 2], to[OFFICE_PATH * 2];

		snprintf(from, sizeof from, "%s/%s", office.vault, name.text);
		snprintf(to, sizeof to, "%s/kept", office.root);
		CHECK_INT(rename(from, to), 0);
		check_join_fails("w", AMANA_E_TAMPERED, "was promised");
		CHECK_INT(rename(to, from), 0);
	}
	/* The slot is there, but the welcome names another head for it. */
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(session_identity(vault, &err), err);
		welcome.head.bytes[0] ^= 1;
		rewrite_welcome(&welcome, &vault->identity, "w");
		check_join_fails("w", AMANA_E_TAMPERED, "was promised");
	}
	office_done(&office);
}

static void
test_join_wrong_person(void)
{
	static struct person third;
	struct amana_error err = AMANA_ERROR_INIT;
	struct welcome welcome;

	begin();
	office_init(&founder);
	add_other(NULL);
	read_welcome("w", &welcome);
	person_new(&office, "S-003", &third);
	{
		struct amana_join_result joined;

		CHECK_FAILS(flow_join(&third.config, office_path(&office, "w"), &joined,
				      &err),
			    err, AMANA_E_USAGE);
		check_not_pinned(&third);
	}
	/* Signed by a member who is no admin, and by an admin's code with another key. */
	{
		CLEANUP(session_closep) struct session *vault = NULL;
		CLEANUP(identity_done) struct identity liar = IDENTITY_INIT;

		CHECK_OK(session_new(&other.config, &vault, &err), err);
		CHECK_OK(session_identity(vault, &err), err);
		rewrite_welcome(&welcome, &vault->identity, "w");
		check_join_fails("w", AMANA_E_TAMPERED, "no admin");
		CHECK_OK(identity_new("S-001", session_now(), &liar, &err), err);
		rewrite_welcome(&welcome, &liar, "w");
		check_join_fails("w", AMANA_E_TAMPERED, "not well signed");
	}
	/* By the founder, but for a slot before the newcomer was there. */
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(session_identity(vault, &err), err);
		welcome.slot = 0;
		welcome.head = welcome.fingerprint;
		rewrite_welcome(&welcome, &vault->identity, "w");
		check_join_fails("w", AMANA_E_TAMPERED, "was no member");
	}
	office_done(&office);
}

/* Signed by somebody who is an admin today, but was none at the slot that the welcome
 * names. */
static void
test_join_later_admin(void)
{
	static struct person third;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct welcome welcome;

	begin();
	office_init(&founder);
	person_new(&office, "S-003", &third);
	office_add(&office, &founder, &third, NULL);
	add_other(NULL);
	read_welcome("w", &welcome);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_member_role(vault, "S-003", "admin", true, proposal, &err),
			 err);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&third);

		CHECK_OK(session_identity(vault, &err), err);
		rewrite_welcome(&welcome, &vault->identity, "w");
		check_join_fails("w", AMANA_E_TAMPERED, "no admin");
	}
	office_done(&office);
}

int
main(void)
{
	RUN(test_init);
	RUN(test_init_refuses);
	RUN(test_first_key_file);
	RUN(test_join);
	RUN(test_join_wrong_vault);
	RUN(test_join_rolled_back);
	RUN(test_join_wrong_person);
	RUN(test_join_later_admin);
	return 0;
}
