/* The oslo study's UDP load, by gap or by rate: a thread sends, the caller's thread receives; see
 * udp.h.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp_session.h"

#include "clock.h"
#include "load/thread_setup.h"

#include <pthread.h>
#include <stdatomic.h>

#define LAST       "LAST" /* sent with its NUL */
#define LAST_BYTES (sizeof LAST)
/* How long an answer to LAST is awaited before it is sent again. */
#define LAST_PATIENCE_NS (100 * NS_PER_MS)
/* Behind the answer to LAST, late replies are taken until none came for so long. */
#define QUIET_NS (100 * NS_PER_MS)

struct sender {
    const struct udp_session *session;
    struct pace *pace; /* of the result; only this thread writes it while it runs */
    atomic_uint_least64_t sent;
    atomic_bool done; /* the first LAST has been sent, or the load was stopped */
    /* Behind pthread_join(): */
    uint64_t send_errors;
    uint64_t sending_ns;
    uint64_t cpu_user_ns;
    uint64_t cpu_system_ns;
};

/* usleep(3) is no more than this; that it sleeps longer than asked is part of the study. */
static void sleep_gap(uint64_t gap_us)
{
    struct timespec gap = clock_timespec(gap_us * NS_PER_US);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &gap, NULL);
}

static void await_turn(struct sender *sender, uint64_t number)
{
    const struct udp_load_options *options = sender->session->options;

    if (options->mode == UDP_LOAD_GAP) {
        sleep_gap(options->gap_us);
        return;
    }
    uint64_t due_ns = pace_due_ns(sender->pace, number);
    if (due_ns > clock_now_ns())
        clock_sleep_until_ns(due_ns);
    pace_sent(sender->pace, number, clock_now_ns());
}

static void *send_all(void *argument)
{
    struct sender *sender = argument;
    const struct udp_session *session = sender->session;
    const struct udp_load_options *options = session->options;
    struct thread_setup setup;
    struct error no_matter; /* without CPUs to pin to it cannot fail */
    char text[UDP_NUMBER_BYTES];

    thread_setup_enter(&setup, NULL, options->mode == UDP_LOAD_RATE, &no_matter);
    for (uint64_t i = 0; i < options->count && !udp_session_stopped(session); i++) {
        size_t length = udp_number_format(i, text);
        await_turn(sender, i);
        if (udp_session_send(session, text, length, &sender->send_errors))
            atomic_fetch_add_explicit(&sender->sent, 1, memory_order_relaxed);
    }
    sender->sending_ns = clock_now_ns() - session->start_ns;
    udp_session_send(session, LAST, LAST_BYTES, &sender->send_errors);
    atomic_store(&sender->done, true);
    thread_setup_leave(&setup, &sender->cpu_user_ns, &sender->cpu_system_ns);
    return NULL;
}

static void take_replies(struct udp_session *session, int count, uint64_t now_ns)
{
    struct udp_load_result *result = session->result;

    for (int i = 0; i < count; i++) {
        uint64_t number;
        enum udp_reply reply = udp_replies_take(&session->replies, session->datagrams[i],
                                                session->messages[i].msg_len, &number);
        if (reply == UDP_REPLY_LAST) {
            if (!result->last_answered)
                result->elapsed_ns = now_ns - session->start_ns;
            result->last_answered = true;
        } else if (reply != UDP_REPLY_UNEXPECTED && result->last_answered) {
            result->late++;
        }
        if (reply == UDP_REPLY_NUMBERED && result->mode == UDP_LOAD_RATE)
            histogram_record(&result->latency, now_ns - pace_due_ns(&result->pace, number));
    }
}

/* Receives until LAST is answered or given up, sending it again meanwhile. */
static void receive_all(struct udp_session *session, struct sender *sender)
{
    struct udp_load_result *result = session->result;
    uint64_t next_last_ns = 0; /* known once the sender is done */
    uint64_t give_up_ns = UINT64_MAX;

    while (!result->last_answered) {
        int count = udp_session_receive(session);
        uint64_t now_ns = clock_now_ns();
        take_replies(session, count, now_ns);
        udp_session_report(session, now_ns,
                           atomic_load_explicit(&sender->sent, memory_order_relaxed));
        if (udp_session_stopped(session) || now_ns >= give_up_ns)
            break;
        if (!atomic_load(&sender->done))
            continue;
        if (give_up_ns == UINT64_MAX) {
            next_last_ns = now_ns + LAST_PATIENCE_NS;
            give_up_ns = now_ns + session->timeout_ns;
        } else if (now_ns >= next_last_ns && !result->last_answered) {
            udp_session_send(session, LAST, LAST_BYTES, &result->send_errors);
            result->last_sent++;
            next_last_ns = now_ns + LAST_PATIENCE_NS;
        }
    }
    if (!result->last_answered)
        result->elapsed_ns = clock_now_ns() - session->start_ns;
}

static void receive_late(struct udp_session *session)
{
    uint64_t now_ns = clock_now_ns();
    uint64_t quiet_ns = now_ns + QUIET_NS;
    uint64_t give_up_ns = now_ns + session->timeout_ns;

    while (now_ns < quiet_ns && now_ns < give_up_ns && !udp_session_stopped(session)) {
        int count = udp_session_receive(session);
        now_ns = clock_now_ns();
        if (count > 0)
            quiet_ns = now_ns + QUIET_NS;
        take_replies(session, count, now_ns);
    }
}

int udp_stream(struct udp_session *session, struct error *error)
{
    struct udp_load_result *result = session->result;
    struct sender sender = {.session = session, .pace = &result->pace};
    pthread_t thread;

    if (session->options->mode == UDP_LOAD_RATE)
        pace_start(&result->pace, session->start_ns, session->options->rate_per_s);
    int failure = pthread_create(&thread, NULL, send_all, &sender);
    if (failure != 0)
        return error_set_errno(error, EXIT_FAILED, failure, "cannot start the sending thread");
    receive_all(session, &sender);
    receive_late(session);
    pthread_join(thread, NULL);

    result->sent = sender.sent;
    result->last_sent++; /* the sender's */
    result->send_errors += sender.send_errors;
    result->sending_ns = sender.sending_ns;
    result->cpu_user_ns += sender.cpu_user_ns;
    result->cpu_system_ns += sender.cpu_system_ns;
    return 0;
}
