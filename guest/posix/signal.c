/* Signals (signal.h): who handles which, and the delivery. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "signal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "panic.h"
#include "power.h"
#include "process.h"

#define SIGNALS          64 /* 1 to 64 */
#define EXIT_OF_A_SIGNAL 128
#define BIT(number)      (1ull << ((number)-1))
#define NEVER_BLOCKED    (BIT(SIGKILL) | BIT(SIGSTOP))
#define IGNORED          (BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH))
#define FAULTS                                                                                     \
    (BIT(SIGABRT) | BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGTRAP) |        \
     BIT(SIGQUIT) | BIT(SIGSYS))

static struct signal_action actions[SIGNALS + 1];
static uint64_t pending, blocked;

static void default_action(int number)
{
    if (BIT(number) & IGNORED)
        return;
    if (BIT(number) & FAULTS)
        panic("the payload sent itself signal %d%s", number, number == SIGABRT ? " (abort)" : "");
    posix_exit(EXIT_OF_A_SIGNAL + number);
}

static void handler_call(int number, const struct signal_action *action)
{
    if (!(action->flags & SA_SIGINFO)) {
        action->handler(number);
        return;
    }
    siginfo_t info = {.si_signo = number, .si_code = SI_USER, .si_pid = PROCESS_ID};
    ((void (*)(int, siginfo_t *, void *))(void *)action->handler)(number, &info, NULL);
}

static enum signal_effect handle(int number)
{
    struct signal_action action = actions[number];
    uint64_t blocked_before = blocked;

    if (action.handler == SIG_IGN)
        return SIGNAL_NONE;
    if (action.handler == SIG_DFL) {
        default_action(number);
        return SIGNAL_NONE;
    }
    blocked |= action.mask | (action.flags & SA_NODEFER ? 0 : BIT(number));
    if (action.flags & SA_RESETHAND)
        actions[number].handler = SIG_DFL;
    handler_call(number, &action);
    blocked = blocked_before;
    return action.flags & SA_RESTART ? SIGNAL_RESTART : SIGNAL_INTERRUPT;
}

enum signal_effect signal_deliver(void)
{
    enum signal_effect effect = SIGNAL_NONE;

    if (power_button_pressed())
        pending |= BIT(SIGTERM);
    while (pending & ~blocked) {
        int number = __builtin_ctzll(pending & ~blocked) + 1;
        pending &= ~BIT(number);
        enum signal_effect one = handle(number);
        if (one > effect)
            effect = one;
    }
    return effect;
}

long posix_kill(long process, int number)
{
    if (process != PROCESS_ID && process != 0 && process != -1)
        return -ESRCH;
    if (number < 0 || number > SIGNALS)
        return -EINVAL;
    if (number == 0)
        return 0;
    pending |= BIT(number);
    signal_deliver();
    return 0;
}

long posix_sigaction(int number, const struct signal_action *wanted, struct signal_action *old)
{
    if (number < 1 || number > SIGNALS || (wanted && BIT(number) & NEVER_BLOCKED))
        return -EINVAL;
    if (old)
        *old = actions[number];
    if (wanted)
        actions[number] = *wanted;
    return 0;
}

long posix_sigprocmask(int how, const uint64_t *wanted, uint64_t *old)
{
    if (old)
        *old = blocked;
    if (!wanted)
        return 0;
    if (how == SIG_BLOCK)
        blocked |= *wanted;
    else if (how == SIG_UNBLOCK)
        blocked &= ~*wanted;
    else if (how == SIG_SETMASK)
        blocked = *wanted;
    else
        return -EINVAL;
    blocked &= ~NEVER_BLOCKED;
    signal_deliver();
    return 0;
}
