/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include "base/mem.h"

#include <stdbool.h>

/*
 * The one way threads are used here: work items on bounded queues, errors inside the
 * item.
 *
 * A queue holds at most `cap` pointers, first in first out.  Who waits for room is woken
 * when half of it is free, so that a full queue does not make two threads take turns. Any
 * thread may call any function on it but queue_free.
 */
struct queue;
struct queue *queue_new(size_t cap, struct amana_error *err) MUST_CHECK;
/* The items still inside are not freed: drain it first. */
void queue_free(struct queue *queue);
DEFINE_FREEP(struct queue, queue_free);
/* Blocks while full.  False: the queue is closed, the item stays the caller's. */
bool queue_put(struct queue *queue, void *item) MUST_CHECK;
/* As queue_put, but waits at most so many milliseconds: false then too. */
bool queue_put_ms(struct queue *queue, void *item, unsigned int wait_ms) MUST_CHECK;
/* Blocks while empty.  NULL: closed and empty. */
void *queue_take(struct queue *queue);
/* As queue_take, but waits at most so many milliseconds: NULL then too. */
void *queue_take_ms(struct queue *queue, unsigned int wait_ms);
/* As queue_take, but returns NULL at once when nothing is there. */
void *queue_poll(struct queue *queue);
/* No more items: putters fail, takers drain what is left and then get NULL. */
void queue_close(struct queue *queue);

/* Threads that all run `run(arg)`; all signals are blocked in them. */
struct workers;
int workers_start(size_t n_threads, void (*run)(void *arg), void *arg,
		  struct workers **ret_workers, struct amana_error *err) MUST_CHECK;
/* Waits for every thread to return, then frees.  NULL is fine. */
void workers_join(struct workers *workers);
DEFINE_FREEP(struct workers, workers_join);

/* Cores this process may run on, at least 1. */
size_t workers_cores(void);

#endif
