/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_job.h"

#include "base/queue.h"
#include "custody/line.h"
#include "object/object_open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define READINGS_MAX 3 /* of a file that does not stand still */

/*
 * One file is read, sealed and described.  A worker touches its job and what of the
 * deposit does not change; the catalogue and the log's state it touches under known_lock
 * alone.
 */

/* The name that is deposited, a path from the named folder on. */
static const char *
name_of(const struct deposit_job *job)
{
	return job->item->path + job->item->name_at;
}

/* ---- is it known already? ---- */

/* What this person's catalogue knows a file of own deposits by: its content, its name and
 * where it came from, keyed so that nobody else can tell one from another. */
static void
own_mac(const struct deposit *deposit, struct deposit_job *job, const struct hash *sha256)
{
	const char *name = name_of(job), *source = deposit->request->source;
	uint8_t message[2 * HASH_LEN + HASH_LEN];
	struct hash part;

	memcpy(message, sha256->bytes, HASH_LEN);
	hash_of(name, strlen(name), &part);
	memcpy(message + HASH_LEN, part.bytes, HASH_LEN);
	hash_of(source != NULL ? source : "", source != NULL ? strlen(source) : 0, &part);
	memcpy(message + 2 * HASH_LEN, part.bytes, HASH_LEN);
	hmac_of(deposit->own_key.data, deposit->own_key.len, message, sizeof message,
		&job->own_mac);
}

struct known_arg {
	struct deposit *deposit;
	struct deposit_job *job;
	bool stopped; /* before it was known whether the file is held already */
};

/* Fills fate and known if the content is known.  Under known_lock. */
static bool
look_up(struct deposit *deposit, struct deposit_job *job, const struct hash *sha256)
{
	const struct state *state = session_state(deposit->session);
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct catalog_exhibit row;

	if (catalog_own_find(deposit->catalog, deposit->case_id.bytes, &job->own_mac,
			     job->known.bytes, &ignored) == 0 &&
	    state_exhibit(state, &job->known) != NULL &&
	    !state_exhibit(state, &job->known)->disposed) {
		job->fate = DEPOSIT_KNOWN_OWN;
		return true;
	}
	if (!deposit->may_read ||
	    catalog_exhibit_by_content(deposit->catalog, deposit->case_id.bytes, sha256,
				       &row, &ignored) != 0 ||
	    row.slot > deposit->first_slot)
		return false;
	memcpy(job->known.bytes, row.id, sizeof row.id);
	if (state_exhibit(state, &job->known) == NULL ||
	    state_exhibit(state, &job->known)->disposed)
		return false;
	job->fate = DEPOSIT_KNOWN_CASE;
	return true;
}

/* An own deposit cannot be opened, but its name is checked against its bytes: what was
 * lost is healed by depositing it again.  *ret_stopped: nobody knows, since somebody
 * stopped the program. */
static bool
own_is_whole(struct deposit *deposit, const struct hash *object, bool *ret_stopped)
{
	const struct monitor monitor = {.cancel = &deposit->stop};
	struct amana_error err = AMANA_ERROR_INIT;
	struct object_seen seen;
	int r = object_check_stored(deposit->session->store, object, OBJECT_SHAPE_EXHIBIT,
				    &monitor, &seen, &err);

	*ret_stopped = r < 0 && err.code == AMANA_E_CANCELLED;
	return r == 0;
}

/* What object_seal asks once it has read the file, and before it stores anything. */
static bool
is_known(void *arg, uint64_t size, const struct hash *sha256)
{
	struct known_arg *known = arg;
	struct hash object = {{0}};
	bool found;

	(void)size;
	own_mac(known->deposit, known->job, sha256);
	if (known->deposit->request->again || known->deposit->case_was_empty ||
	    known->job->item->anew)
		return false;
	pthread_mutex_lock(&known->deposit->known_lock);
	found = look_up(known->deposit, known->job, sha256);
	if (found)
		object = state_exhibit(session_state(known->deposit->session),
				       &known->job->known)
				 ->object;
	pthread_mutex_unlock(&known->deposit->known_lock);
	if (!found || known->job->fate != DEPOSIT_KNOWN_OWN ||
	    own_is_whole(known->deposit, &object, &known->stopped) || known->stopped)
		return found; /* what was stopped is not sealed again either */
	known->job->fate = DEPOSIT_SEALED;
	return false;
}

/* ---- lines and sheet ---- */

static const char *
type_of_media(const char *media_type)
{
	static const struct {
		const char *prefix, *type;
	} table[] = {
		{"image/", "photo"},
		{"audio/", "audio"},
		{"video/", "video"},
		{"text/", "document"},
		{"application/pdf", "document"},
		{"application/msword", "document"},
		{"application/rtf", "document"},
		{"application/vnd.openxmlformats", "document"},
		{"application/vnd.oasis.opendocument", "document"},
		{"message/", "document"},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strncmp(media_type, table[i].prefix, strlen(table[i].prefix)) == 0)
			return table[i].type;
	return "other";
}

static void
bond(const struct deposit *deposit, const struct deposit_job *job,
     struct line_bond *ret_bond)
{
	*ret_bond = (struct line_bond){
		.vault = *log_fingerprint(deposit->session->log),
		.in_case = true,
		.case_id = deposit->case_id,
		.actor = deposit->actor,
		.exhibit = job->exhibit,
		.has_object = true,
		.object = job->sealed.object,
		.recipient = job->sealed.recipient,
	};
}

static int
build_lines(const struct deposit *deposit, struct deposit_job *job, const json_t *facts,
	    struct amana_error *err)
{
	const struct amana_deposit *request = deposit->request;
	struct line content = {.kind = LINE_CONTENT,
			       .size = job->sealed.size,
			       .sha256 = job->sealed.sha256,
			       .blocks = job->sealed.blocks,
			       .media_type = job->media_type};
	struct line about = {.kind = LINE_ABOUT,
			     .name = BYTES_STR(name_of(job)),
			     .type = job->type,
			     .title = request->title,
			     .description = request->note};
	struct line source = {.kind = LINE_SOURCE,
			      .source = request->source,
			      .has_received = request->received != 0,
			      .received_at = request->received,
			      .has_modified = job->item->modified_at != 0,
			      .modified_at = job->item->modified_at,
			      .facts = facts};

	bond(deposit, job, &content.bond);
	about.bond = source.bond = content.bond;
	if (line_build(&content, &job->content.json, &job->content.hash, err) < 0 ||
	    line_build(&about, &job->about.json, &job->about.hash, err) < 0 ||
	    line_build(&source, &job->source.json, &job->source.hash, err) < 0)
		return -1;
	return 0;
}

size_t
deposit_job_sheet_max(const struct deposit *deposit, const struct walk_item *item)
{
	const struct amana_deposit *request = deposit->request;
	/* JSON writes a byte as six at most.  The rest of the lines, base64 of the name
	 * and what the sealing adds fit in 4 KiB. */
	size_t text = 4096 + 6 * strlen(item->path + item->name_at) +
		      TEXT_B64_LEN(spans_count(item->size) * HASH_LEN);

	text += request->title != NULL ? 6 * strlen(request->title) : 0;
	text += request->note != NULL ? 6 * strlen(request->note) : 0;
	text += request->source != NULL ? 6 * strlen(request->source) : 0;
	text += request->facts != NULL ? strlen(request->facts) : 0;
	return text;
}

/* ---- the job ---- */

/* Opens the file, following nothing: what was found to be a regular file must still be
 * one. */
static int
open_source(const struct deposit_job *job, int *ret_fd, uint64_t *ret_size,
	    struct amana_error *err)
{
	const char *path = job->item->path;
	struct stat st;
	int fd = -1;
	int r = file_open(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
			  0, &fd, err);

	if (r > 0)
		return err_reason(err, AMANA_REASON_VANISHED, AMANA_E_IO,
				  "'%s' vanished before it was read", path);
	if (r < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		file_closep(&fd);
		return err_reason(err, AMANA_REASON_NOT_A_FILE, AMANA_E_IO,
				  "'%s' is no regular file any more", path);
	}
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*ret_fd = fd;
	*ret_size = (uint64_t)st.st_size;
	return 0;
}

/* What was counted of a file that is read. */
struct counted {
	struct deposit *deposit;
	uint64_t bytes;
};

static void
count_bytes(void *arg, uint64_t more)
{
	struct counted *counted = arg;

	counted->bytes += more;
	atomic_fetch_add(&counted->deposit->bytes_done, more);
}

/* OBJECT_SEAL_OTHER_SIZE: the file changes while it is read. */
static int
seal_once(struct deposit *deposit, struct deposit_job *job, struct object_sealer *sealer,
	  struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	struct object_source source = {.read = object_read_fd, .arg = &fd};
	struct known_arg known_arg = {.deposit = deposit, .job = job};
	const struct object_known known = {.is_known = is_known, .arg = &known_arg};
	struct counted counted = {.deposit = deposit};
	const struct monitor monitor = {
		.cancel = &deposit->stop, .progress = count_bytes, .arg = &counted};
	struct object_sealing request = {
		.source = &source,
		.identity = &job->identity,
		.known = &known,
		.monitor = &monitor,
	};
	int r;

	job->fate = DEPOSIT_FAILED;
	if (open_source(job, &fd, &request.size, err) < 0)
		return -1;
	r = object_seal(sealer, &request, &job->sealed, err);
	if (r >= 0 && known_arg.stopped)
		r = err_set(err, AMANA_E_CANCELLED, "it was stopped");
	if (r < 0) {
		job->fate = source.failed || err->code == AMANA_E_LIMIT ? DEPOSIT_FAILED
									: DEPOSIT_BROKEN;
		return err_wrap(err, "'%s'", job->item->path);
	}
	if (r == OBJECT_SEAL_OTHER_SIZE)
		atomic_fetch_sub(&deposit->bytes_done, counted.bytes);
	if (r == 0)
		job->fate = DEPOSIT_SEALED;
	return r;
}

/* A file that grows or shrinks so far that its blocks are others is read again. */
static int
seal_object(struct deposit *deposit, struct deposit_job *job,
	    struct object_sealer *sealer, struct amana_error *err)
{
	for (int i = 0; i < READINGS_MAX; i++) {
		int r = seal_once(deposit, job, sealer, err);

		if (r != OBJECT_SEAL_OTHER_SIZE)
			return r;
	}
	return err_set(err, AMANA_E_IO, "'%s' did not keep its size while it was read",
		       job->item->path);
}

/* An age identity is 32 random bytes.  It is made in the group's slab, so that it does
 * not take a locked page of its own. */
static void
new_identity(struct deposit_job *job)
{
	random_bytes(job->identity.data, job->identity.len);
	custody_id_random(&job->exhibit);
}

static int
run_job(struct deposit *deposit, struct deposit_job *job, struct object_sealer *sealer,
	const json_t *facts, struct amana_error *err)
{
	int r;

	new_identity(job);
	r = seal_object(deposit, job, sealer, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	media_type(deposit->media, job->sealed.prefix, job->media_type);
	job->type = deposit->request->type != NULL ? deposit->request->type
						   : type_of_media(job->media_type);
	job->fate = DEPOSIT_BROKEN;
	if (object_commit(&job->sealed, err) < 0 ||
	    build_lines(deposit, job, facts, err) < 0 || deposit_seal_sheet(job, err) < 0)
		return err_wrap(err, "'%s'", job->item->path);
	job->fate = DEPOSIT_SEALED;
	return 0;
}

void
deposit_job_work(void *arg)
{
	CLEANUP(object_sealer_freep) struct object_sealer *sealer = NULL;
	struct deposit *deposit = arg;
	struct amana_error setup = AMANA_ERROR_INIT;
	json_t *facts = deposit->facts != NULL ? json_deep_copy(deposit->facts) : NULL;
	struct deposit_job *job;
	bool ready = object_sealer_new(deposit->session->store, &sealer, &setup) == 0;

	if (ready && deposit->facts != NULL && facts == NULL) {
		ready = false;
		err_nomem(&setup);
	}
	while ((job = queue_take(deposit->jobs)) != NULL) {
		if (!ready) {
			job->fate = DEPOSIT_BROKEN;
			job->err = setup;
		} else {
			/* how it went is told by the fate */
			IGNORE(run_job(deposit, job, sealer, facts, &job->err));
		}
		deposit_group_release(deposit, job->group);
	}
	if (facts != NULL)
		line_json_done(facts);
}
