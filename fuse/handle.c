/* SPDX-License-Identifier: Apache-2.0 */
#include "handle.h"

#include "heap.h"

void
handle_list_init(struct handle_list *list)
{
	list->first = NULL;
	pthread_mutex_init(&list->lock, NULL);
}

void
handle_list_done(struct handle_list *list)
{
	while (list->first != NULL)
		handle_close(list->first);
	pthread_mutex_destroy(&list->lock);
}

struct handle *
handle_new(struct handle_list *list, struct opening *opening)
{
	struct handle *handle = heap_new(1, sizeof *handle);

	if (handle == NULL)
		return NULL;
	handle->opening = opening;
	handle->list = list;
	pthread_mutex_init(&handle->lock, NULL);
	pthread_mutex_lock(&list->lock);
	handle->after = list->first;
	if (handle->after != NULL)
		handle->after->before = handle;
	list->first = handle;
	pthread_mutex_unlock(&list->lock);
	return handle;
}

void
handle_close(struct handle *handle)
{
	struct handle_list *list = handle->list;

	pthread_mutex_lock(&list->lock);
	if (handle->before != NULL)
		handle->before->after = handle->after;
	else
		list->first = handle->after;
	if (handle->after != NULL)
		handle->after->before = handle->before;
	pthread_mutex_unlock(&list->lock);
	opening_unref(handle->opening);
	pthread_mutex_destroy(&handle->lock);
	heap_free(handle);
}
