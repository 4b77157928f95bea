/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/office/office.h"

#include "session/last_check.h"

/* What verify finds, by whom, and what it says when there is nothing to find. */

static struct evidence evidence;
static struct person stranger;
static struct findings findings;
static struct amana_error err;

static const struct amana_verify log_only = {.name = NULL}, with_bytes = {.bytes = true},
				 with_contents = {.bytes = true, .contents = true};

static void
begin(int n_exhibits)
{
	evidence_new(&evidence, n_exhibits);
	stranger_config(&evidence, &stranger);
}

static void
end(void)
{
	office_done(&evidence.office);
}

/* ---- nothing wrong ---- */

static void
test_stranger(void)
{
	struct stat st;

	begin(2);
	verify(&stranger.config, log_only, &findings);
	CHECK(findings.result.ok && !findings.result.complete);
	CHECK_HAS(&findings, "genesis", AMANA_PASS, "founded by S-001");
	CHECK_HAS(&findings, "log", AMANA_PASS, "without a gap");
	CHECK_HAS(&findings, "signatures", AMANA_PASS, "");
	CHECK_HAS(&findings, "authority", AMANA_PASS, "");
	CHECK_HAS(&findings, "pin", AMANA_NOT_CHECKED, "");
	CHECK_HAS(&findings, "stored bytes", AMANA_NOT_CHECKED, "--bytes");
	CHECK_HAS(&findings, "contents", AMANA_NOT_CHECKED, "");
	CHECK_HAS(&findings, "identity of the vault", AMANA_NOT_CHECKED,
		  findings.result.words);
	CHECK(findings.result.n_entries > 0 &&
	      findings.result.batch == findings.result.n_batches);
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "bundles", AMANA_PASS, "");
	CHECK_HAS(&findings, "objects", AMANA_PASS, "");
	CHECK_HAS(&findings, "orphans", AMANA_PASS, "0 objects and 0 bundles");
	CHECK(findings.result.n_objects > 2 && findings.result.n_bytes > 8192);
	/* and it left nothing behind */
	CHECK(stat(stranger.data_dir, &st) < 0 && stat(stranger.cache_dir, &st) < 0);
	end();
}

static void
test_told_fingerprint(void)
{
	char words[AMANA_WORDS_MAX + 1];

	begin(0);
	verify(&stranger.config, log_only, &findings);
	memcpy(words, findings.result.words, sizeof words);
	stranger.config.vault_fingerprint = words;
	verify(&stranger.config, log_only, &findings);
	CHECK_HAS(&findings, "identity of the vault", AMANA_PASS, words);
	words[0] = words[0] == 'b' ? 'm' : 'b';
	verify(&stranger.config, log_only, &findings);
	CHECK_HAS(&findings, "identity of the vault", AMANA_FAIL, findings.result.words);
	CHECK(!findings.result.ok);
	end();
}

static void
test_member(void)
{
	struct hash fingerprint;
	int64_t at = 0;

	begin(2);
	verify(&evidence.reader.config, log_only, &findings);
	CHECK_HAS(&findings, "pin", AMANA_PASS, "");
	CHECK_HAS(&findings, "identity of the vault", AMANA_PASS, "pin");
	CHECK(findings.result.ok);
	/* The founder reads no case, and looks: not a failure, not complete. */
	verify(&evidence.founder.config, with_contents, &findings);
	CHECK(findings.result.ok && !findings.result.complete);
	CHECK_HAS(&findings, "contents", AMANA_NOT_CHECKED, "sealed to others");
	verify(&evidence.reader.config, with_contents, &findings);
	CHECK_HAS(&findings, "contents", AMANA_PASS, "2 exhibits");
	CHECK(findings.result.ok && findings.result.complete);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.reader);

		fingerprint = *log_fingerprint(vault->log);
	}
	CHECK_INT(last_check_read(&evidence.reader.config, &fingerprint, &at, &err), 0);
	CHECK(at > 0 && at <= session_now());
	CHECK_INT(last_check_read(&stranger.config, &fingerprint, &at, &err), 1);
	end();
}

static uint64_t
events_of(struct person *person, const char *hex)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state_exhibit *exhibit =
		state_exhibit_at(session_state(vault), (uint32_t)atoi(hex));

	return exhibit->chain.event;
}

static void
test_contents_are_recorded(void)
{
	begin(1);
	CHECK_INT(events_of(&evidence.reader, "0"), 1);
	verify(&evidence.reader.config, with_contents, &findings);
	/* the reading, then what it found */
	CHECK_INT(events_of(&evidence.reader, "0"), 3);
	end();
}

static void
test_record(void)
{
	const struct amana_verify request = {.record = true};
	struct amana_verify of_case = {.record = true, .name = CASE};

	begin(1);
	verify(&evidence.founder.config, request, &findings);
	CHECK_HAS(&findings, "record", AMANA_PASS, "on record");
	verify(&evidence.reader.config, request, &findings);
	CHECK_HAS(&findings, "record", AMANA_PASS, "on record");
	verify(&evidence.reader.config, of_case, &findings);
	CHECK_HAS(&findings, "record", AMANA_PASS, "on record");
	verify(&stranger.config, request, &findings);
	CHECK_HAS(&findings, "record", AMANA_NOT_CHECKED, "");
	end();
}

static void
test_names(void)
{
	struct amana_verify one = {.bytes = true, .contents = true, .name = CASE "/2"};
	struct amana_verify by_id = {.bytes = true};
	char id[64] = "id:";

	begin(3);
	verify(&evidence.reader.config, one, &findings);
	CHECK_HAS(&findings, "objects", AMANA_PASS, "1 object,");
	CHECK_HAS(&findings, "contents", AMANA_PASS, "1 exhibit opened");
	CHECK(findings.result.complete);
	one.name = CASE;
	verify(&evidence.reader.config, one, &findings);
	CHECK_HAS(&findings, "contents", AMANA_PASS, "3 exhibits");
	one.name = CASE "/9";
	CHECK_FAILS(try_verify(&evidence.reader.config, one, &findings, &err), err,
		    AMANA_E_MISSING);
	one.name = "id:00000000";
	CHECK_FAILS(try_verify(&stranger.config, one, &findings, &err), err,
		    AMANA_E_MISSING);
	one.name = "id:xyz";
	CHECK_FAILS(try_verify(&stranger.config, one, &findings, &err), err,
		    AMANA_E_USAGE);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.reader);

		custody_id_hex(&state_exhibit_at(session_state(vault), 0)->id, id + 3);
	}
	by_id.name = id;
	verify(&stranger.config, by_id, &findings);
	CHECK_HAS(&findings, "objects", AMANA_PASS, "1 object,");
	end();
}

static void
test_no_vault(void)
{
	struct person nobody;

	begin(0);
	person_config(&evidence.office, "nobody", &nobody);
	nobody.config.vault = office_path(&evidence.office, "nowhere");
	CHECK_FAILS(try_verify(&nobody.config, log_only, &findings, &err), err,
		    AMANA_E_MISSING);
	CHECK_INT(mkdir(nobody.config.vault, 0700), 0);
	CHECK_FAILS(try_verify(&nobody.config, log_only, &findings, &err), err,
		    AMANA_E_MISSING);
	end();
}

/* ---- objects and bundles ---- */

enum damage { REMOVED, TRUNCATED, EMPTIED, FLIPPED, LONGER, DAMAGES };

static void
spoil(const char *path, enum damage damage)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT((size_t)1 << 20);

	load_file(path, &bytes);
	switch (damage) {
	case REMOVED:
		CHECK_INT(unlink(path), 0);
		break;
	case TRUNCATED:
		replace_file(path, bytes.data, bytes.len - 1);
		break;
	case EMPTIED:
		replace_file(path, "", 0);
		break;
	case FLIPPED:
		flip_byte(path, bytes.len / 2);
		break;
	case LONGER:
		CHECK_OK(buf_add_byte(&bytes, 0, &err), err);
		replace_file(path, bytes.data, bytes.len);
		break;
	case DAMAGES:
		break;
	}
}

static void
check_each_damage(const char *folder, const char *name)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT((size_t)1 << 20);
	static struct files files;

	list_files(&evidence, folder, &files);
	CHECK(files.n >= 2);
	for (size_t i = 0; i < files.n; i++) {
		const char *hash = strrchr(files.paths[i], '/') + 1;

		load_file(files.paths[i], &good);
		for (enum damage damage = 0; damage < DAMAGES; damage++) {
			spoil(files.paths[i], damage);
			verify(&stranger.config, with_bytes, &findings);
			CHECK(!findings.result.ok);
			/* it names the file, the batch and the signer */
			CHECK_HAS(&findings, name, AMANA_FAIL, hash);
			CHECK_HAS(&findings, name, AMANA_FAIL, "batch");
			CHECK_HAS(&findings, name, AMANA_FAIL, " by ");
			verify(&stranger.config, log_only, &findings);
			CHECK(findings.result.ok);
			replace_file(files.paths[i], good.data, good.len);
		}
	}
	/* each in place of its neighbour */
	for (size_t i = 0; i + 1 < files.n; i += 2) {
		CLEANUP(buf_done) struct buf other = BUF_INIT((size_t)1 << 20);

		load_file(files.paths[i], &good);
		load_file(files.paths[i + 1], &other);
		replace_file(files.paths[i], other.data, other.len);
		replace_file(files.paths[i + 1], good.data, good.len);
		verify(&stranger.config, with_bytes, &findings);
		CHECK_HAS(&findings, name, AMANA_FAIL, strrchr(files.paths[i], '/') + 1);
		CHECK_HAS(&findings, name, AMANA_FAIL,
			  strrchr(files.paths[i + 1], '/') + 1);
		replace_file(files.paths[i], good.data, good.len);
		replace_file(files.paths[i + 1], other.data, other.len);
	}
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
}

static void
test_objects(void)
{
	begin(2);
	check_each_damage("objects", "objects");
	end();
}

static void
test_bundles(void)
{
	begin(1);
	check_each_damage("lines", "bundles");
	end();
}

/* The reader's depth finds a damaged object too, and goes on with the others. */
static void
test_contents_damaged(void)
{
	const struct amana_verify contents = {.contents = true};
	char path[2 * OFFICE_PATH];

	begin(2);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.reader);
		const struct state_exhibit *exhibit =
			state_exhibit_at(session_state(vault), 0);

		snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
			 store_name_object(&exhibit->object).text);
	}
	flip_byte(path, 300);
	verify(&evidence.reader.config, contents, &findings);
	CHECK_HAS(&findings, "contents", AMANA_FAIL, CASE "/1");
	CHECK_HAS(&findings, "contents", AMANA_FAIL, "D-004");
	CHECK_HAS(&findings, "contents", AMANA_FAIL, "1 of 2");
	end();
}

static void
test_orphans(void)
{
	char path[2 * OFFICE_PATH], folder[2 * OFFICE_PATH];
	struct hash hash;

	begin(1);
	hash_of("orphan", 6, &hash);
	for (int i = 0; i < 2; i++) {
		struct store_name name =
			i == 0 ? store_name_object(&hash) : store_name_lines(&hash);

		snprintf(path, sizeof path, "%s/%s", evidence.office.vault, name.text);
		snprintf(folder, sizeof folder, "%s", path);
		*strrchr(folder, '/') = 0;
		(void)mkdir(folder, 0700);
		replace_file(path, "orphan", 6);
	}
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "orphans", AMANA_PASS, "1 object and 1 bundle that");
	end();
}

/* ---- stopping ---- */

static void
test_cancelled(void)
{
	atomic_bool cancelled = true;

	begin(1);
	evidence.reader.config.cancelled = &cancelled;
	CHECK_FAILS(try_verify(&evidence.reader.config, with_bytes, &findings, &err), err,
		    AMANA_E_CANCELLED);
	evidence.reader.config.cancelled = NULL;
	end();
}

int
main(void)
{
	RUN(test_stranger);
	RUN(test_told_fingerprint);
	RUN(test_member);
	RUN(test_contents_are_recorded);
	RUN(test_record);
	RUN(test_names);
	RUN(test_no_vault);
	RUN(test_objects);
	RUN(test_bundles);
	RUN(test_contents_damaged);
	RUN(test_orphans);
	RUN(test_cancelled);
	return 0;
}
