/* A double-linked list through its members: a ring of links, of which one, the list's own, is in no
 * member. Everything takes constant time, and a member leaves without the list being known.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LIST_H
#define THRICE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_link {
    struct list_link *next, *previous;
};

/* An empty list, as it is to be before it is used. */
#define LIST_EMPTY(list)                                                                           \
    {                                                                                              \
        &(list), &(list)                                                                           \
    }

/* The struct that a link is the member `member` of. */
#define LIST_OF(link, type, member) ((type *)((char *)(link)-offsetof(type, member)))

static inline void list_init(struct list_link *list)
{
    list->next = list->previous = list;
}

static inline bool list_is_empty(const struct list_link *list)
{
    return list->next == list;
}

static inline void list_append(struct list_link *list, struct list_link *link)
{
    link->next = list;
    link->previous = list->previous;
    list->previous->next = link;
    list->previous = link;
}

static inline void list_remove(struct list_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

#endif
