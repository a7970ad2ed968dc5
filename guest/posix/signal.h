/* Signals, as far as one process alone meets them: SIGTERM when the machine's power button is
 * pressed, and what it raises itself.
 *
 * A handler runs when the payload waits (epoll_wait, poll, a blocking read, a sleep), or now and
 * then while it is too busy to wait. Code that makes no calls is not interrupted.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SIGNAL_H
#define THRICE_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

/* As the libc hands it to rt_sigaction (Linux, struct kernel_sigaction). */
struct signal_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

/* What became of a wait. */
enum signal_effect {
    SIGNAL_NONE,      /* go on waiting */
    SIGNAL_RESTART,   /* a handler ran, with SA_RESTART: reads and writes go on, other waits end */
    SIGNAL_INTERRUPT, /* a handler ran: the wait ends with EINTR */
};

/* Runs the handlers of signals that are pending and not blocked. A signal without one ends the
 * machine as it would end the process, or is ignored.
 */
enum signal_effect signal_deliver(void);

/* To itself, whom else: a handler has run on return. */
long posix_kill(long process, int number);

long posix_sigaction(int number, const struct signal_action *wanted, struct signal_action *old);
long posix_sigprocmask(int how, const uint64_t *wanted, uint64_t *old);

#endif
