/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_PIN_H
#define LOG_PIN_H

#include "crypto/hash.h"
#include "custody/id.h"

/*
 * Pins: what this person's machine remembers of each vault, outside the vault
 * (docs/FORMAT.md section 11).  `base_dir` is the caller's folder for all of them,
 * $XDG_DATA_HOME/amana/vaults, made when missing (0700):
 *
 *	FINGERPRINT/pin		the last slot that was verified here
 *	FINGERPRINT/lock	flock, held while pin and copies are changed
 *	FINGERPRINT/vault	own copy of slot 0
 *	FINGERPRINT/log/...	own copies of the later slots (log_copy.h)
 *	FINGERPRINT/state	replayed state under a MAC (log_snapshot.h)
 *
 * Any thread and process may call these: writers take the lock, readers need none, since
 * files are replaced whole.  -1: a file could not be read or written, or AMANA_E_TAMPERED
 * if it is not what this program writes.
 */
#define PIN_LOCATION_MAX 4096 /* bytes of the vault's location; no LF, no NUL */
#define PIN_FILE_MAX (PIN_LOCATION_MAX + 512)

struct pin {
	struct hash fingerprint;
	char location[PIN_LOCATION_MAX + 1];
	uint64_t n; /* the slot that was verified last */
	struct hash head;
	uint64_t size; /* of the tree after it, in leaves */
};

/* AMANA_E_TAMPERED unless the text is exactly one pin. */
int pin_parse(struct bytes text, struct pin *ret_pin, struct amana_error *err) MUST_CHECK;
/* Appends the text of a pin.  AMANA_E_USAGE if the location is empty, too long, or has a
 * line feed. */
int pin_encode(const struct pin *pin, struct buf *ret_text,
	       struct amana_error *err) MUST_CHECK;

/* The pin of the vault with this fingerprint.  1: it is not pinned. */
int pin_read(const char *base_dir, const struct hash *fingerprint, struct pin *ret_pin,
	     struct amana_error *err) MUST_CHECK;
/* The pin whose location is exactly `location`, whatever its fingerprint.  1: there is
 * none. */
int pin_find_location(const char *base_dir, const char *location, struct pin *ret_pin,
		      struct amana_error *err) MUST_CHECK;
/* Opens the vault's own folder below base_dir, which is made when missing.  The caller
 * closes *ret_dirfd. */
int pin_folder(const char *base_dir, const struct hash *fingerprint, int *ret_dirfd,
	       struct amana_error *err) MUST_CHECK;
/* Takes the lock of that folder, waiting for it.  Closing *ret_fd releases it. */
int pin_lock(int dirfd, int *ret_fd, struct amana_error *err) MUST_CHECK;
/* The pin in that folder.  1: there is none. */
int pin_get(int dirfd, struct pin *ret_pin, struct amana_error *err) MUST_CHECK;
/* Replaces the pin in that folder, durably.  The caller holds the lock and has compared
 * with pin_get: a pin only moves forward, except after a `restored`. */
int pin_write(int dirfd, const struct pin *pin, struct amana_error *err) MUST_CHECK;

#endif
