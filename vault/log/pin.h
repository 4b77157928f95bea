/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_PIN_H
#define LOG_PIN_H

#include "crypto/hash.h"
#include "custody/id.h"

/*
 * Pins: what this person's machine remembers of each vault, outside the vault
 * (docs/FORMAT.md section 11). `base_dir` is a folder of the caller's,
 * $XDG_DATA_HOME/amana/vaults, made when missing (0700):
 *
 *	FINGERPRINT/pin		the last slot that was verified here
 *	FINGERPRINT/lock	flock, held while pin and copies are changed
 *	FINGERPRINT/vault	own copy of slot 0
 *	FINGERPRINT/log/...	own copies of the later slots (log_copy.h)
 *	FINGERPRINT/state	replayed state under a MAC (log_snapshot.h)
 *
 * Any thread and process; writers take the lock, readers need none since files are
 * replaced whole.
 */
#define PIN_PLACE_MAX 4096 /* bytes of the vault's place; no LF, no NUL */
#define PIN_FILE_MAX (PIN_PLACE_MAX + 512)

struct pin {
	struct hash fingerprint;
	char place[PIN_PLACE_MAX + 1];
	uint64_t n; /* slot */
	struct hash head;
	uint64_t size; /* leaves after slot n */
};

/* AMANA_E_TAMPERED unless it is exactly one pin. */
int pin_parse(struct bytes text, struct pin *ret_pin, struct amana_error *err) MUST_CHECK;
/* AMANA_E_USAGE if the place is empty or has no spelling here. */
int pin_encode(const struct pin *pin, struct buf *ret_text,
	       struct amana_error *err) MUST_CHECK;

/* 1: this vault is not pinned. */
int pin_read(const char *base_dir, const struct hash *fingerprint, struct pin *ret_pin,
	     struct amana_error *err) MUST_CHECK;
/* The pin whose place is exactly `place`, whatever its fingerprint.  1: there is none. */
int pin_find_place(const char *base_dir, const char *place, struct pin *ret_pin,
		   struct amana_error *err) MUST_CHECK;
/* Opens (makes) the vault's own folder below base_dir. */
int pin_folder(const char *base_dir, const struct hash *fingerprint, int *ret_dirfd,
	       struct amana_error *err) MUST_CHECK;
/* The lock of that folder; closing the fd releases it. */
int pin_lock(int dirfd, int *ret_fd, struct amana_error *err) MUST_CHECK;
/* Reads and writes below that folder.  The caller of pin_write holds the lock and has
 * compared with pin_get: a pin only ever moves forward, except after a `restored`.
 * Durable when it returns. */
int pin_get(int dirfd, struct pin *ret_pin,
	    struct amana_error *err) MUST_CHECK; /* 1: none */
int pin_write(int dirfd, const struct pin *pin, struct amana_error *err) MUST_CHECK;

#endif
