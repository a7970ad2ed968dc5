// status: 31
// console: before the end
/* A handler runs before raise() returns, is blocked by a mask and by itself, and may be reset; an
 * ignored signal does nothing; SIGTERM without a handler ends the program: (128 + 15), of which the
 * exit status of QEMU keeps seven bits.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile int runs, nested, code;

static void check(const char *what, int holds)
{
    if (!holds)
        printf("FAILED %s\n", what);
}

static void count(int number)
{
    runs++;
    if (runs == 1) {
        raise(number); // waits until we return
        nested = runs;
    }
}

static void with_information(int number, siginfo_t *info, void *context)
{
    (void)context;
    code = number == SIGUSR2 && info->si_signo == SIGUSR2 ? info->si_pid : -1;
}

int main(void)
{
    sigset_t set, old;
    signal(SIGUSR1, count);
    raise(SIGUSR1);
    check("a handler is not interrupted by its own signal", nested == 1);
    check("which arrives afterwards", runs == 2);

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    check("a blocked signal waits", runs == 2);
    sigprocmask(SIG_UNBLOCK, &set, &old);
    check("until it is unblocked", runs == 3 && sigismember(&old, SIGUSR1));

    struct sigaction action = {.sa_sigaction = with_information,
                               .sa_flags = SA_SIGINFO | SA_RESETHAND};
    sigaction(SIGUSR2, &action, NULL);
    kill(0, SIGUSR2);
    sigaction(SIGUSR2, NULL, &action);
    check("a handler learns who", code == getpid());
    check("SA_RESETHAND", action.sa_handler == SIG_DFL);

    signal(SIGHUP, SIG_IGN);
    raise(SIGHUP);
    raise(SIGCHLD);
    check("SIGKILL has no handler", signal(SIGKILL, count) == SIG_ERR);
    check("nobody else is there", kill(2, 0) == -1);
    puts("before the end");
    raise(SIGTERM);
    puts("FAILED to end");
}
