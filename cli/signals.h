/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * SIGINT, SIGTERM and SIGHUP ask the program to stop at the next safe place; the second
 * one ends it at once.  While a passphrase is typed, every signal that ends or stops the
 * program first puts the terminal's echo back.
 *
 * What the handlers need is the only state of the command line that is not handed about:
 * there is one in a process, in signals.c.
 */

/* From the beginning of main(). */
void signals_install(void);
/* True from the moment when the program was asked to stop.  For any thread; valid for
 * ever. */
const atomic_bool *signals_cancelled(void);
/* As read(2), from anything that can be waited for, O_NONBLOCK or not; but being asked to
 * stop ends the waiting: -1 with EINTR. */
ssize_t signals_read(int fd, void *buf, size_t cap);

/* Switches the echo of that terminal off until signals_show_echo(); called again, it
 * switches it off again.  0, or -1 with errno. */
int signals_hide_echo(int tty);
/* Puts the echo back as it was before; nothing where it is on. */
void signals_show_echo(void);
/* True once after the program was stopped and continued while the echo was off: it has
 * to be switched off again, and the question has to be asked again. */
bool signals_echo_resumed(void);

#endif
