/* UDP load: the socket made ready, one of the ways run, the result summed up; see udp.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp.h"

#include "clock.h"
#include "load/thread_setup.h"
#include "load/udp_session.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define TIMEOUT_NS (2 * NS_PER_S)
/* Asked for; what the kernel grants is in the record. */
#define RECEIVE_BUFFER_BYTES (16 << 20)

/* The limit of net.core.rmem_max does not hold for who may administer the network. */
static uint64_t raise_receive_buffer(int fd)
{
    int bytes = RECEIVE_BUFFER_BYTES;
    socklen_t length = sizeof bytes;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &length);
    return (uint64_t)bytes;
}

/* What did not fit our receive buffer was lost by us, not by the server. The socket's own counter
 * also knows of drops behind the last datagram received, of which SO_RXQ_OVFL never tells. */
static uint64_t count_drops(int fd)
{
    uint32_t figures[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof figures;

    getsockopt(fd, SOL_SOCKET, SO_MEMINFO, figures, &length);
    return figures[SK_MEMINFO_DROPS];
}

static int check_options(const struct udp_load_options *options, struct error *error)
{
    if (options->mode == UDP_LOAD_PINGPONG && options->outstanding > 1 && !options->echo)
        return error_set(error, EXIT_USAGE,
                         "more than one outstanding datagram needs a server that echoes (--echo): "
                         "its replies must carry their number");
    return 0;
}

static int open_socket(struct udp_session *session, struct error *error)
{
    const struct endpoint *server = &session->options->server;
    const struct timeval wait = {.tv_usec = UDP_WAIT_NS / NS_PER_US};
    char text[ENDPOINT_TEXT_BYTES];

    session->fd = socket(server->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (session->fd < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "cannot open a UDP socket");
    session->result->receive_buffer_bytes = raise_receive_buffer(session->fd);
    setsockopt(session->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(session->fd, (const struct sockaddr *)&server->address, server->length) != 0)
        return error_set_errno(error, EXIT_FAILED, errno, "cannot reach %s",
                               endpoint_format(server, text));
    return 0;
}

static double per_second(uint64_t count, uint64_t duration_ns)
{
    return duration_ns == 0 ? 0 : (double)count * (double)NS_PER_S / (double)duration_ns;
}

static void sum_up(const struct udp_session *session)
{
    struct udp_load_result *result = session->result;
    const struct udp_replies *replies = &session->replies;
    uint64_t answered = udp_replies_answered(replies);

    result->interrupted = udp_session_stopped(session);
    result->replies = replies->replies;
    result->duplicated = replies->duplicated;
    result->reordered = replies->reordered;
    result->unexpected = replies->unexpected;
    result->lost = result->sent > answered ? result->sent - answered : 0;
    result->client_drops = count_drops(session->fd);
    result->sent_per_s = per_second(result->sent, result->sending_ns);
    result->replies_per_s = per_second(answered, result->elapsed_ns);
}

int udp_load_run(const struct udp_load_options *options, struct udp_load_result *result,
                 struct error *error)
{
    int status = -1;
    struct thread_setup setup;
    struct udp_session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return error_set(error, EXIT_FAILED, "out of memory for a UDP load");

    memset(result, 0, sizeof *result);
    result->mode = options->mode;
    result->echo = options->echo;
    result->count = options->count;
    *session = (struct udp_session){.options = options, .result = result, .fd = -1};
    session->timeout_ns = options->timeout_ns != 0 ? options->timeout_ns : TIMEOUT_NS;

    if (check_options(options, error) != 0 || open_socket(session, error) != 0 ||
        udp_replies_start(&session->replies, options->count, options->echo, error) != 0 ||
        thread_setup_enter(&setup, options->cpus, false, error) != 0)
        goto out;
    session->start_ns = clock_now_ns();
    session->next_report_ns = session->start_ns + NS_PER_S;
    status = options->mode == UDP_LOAD_PINGPONG ? udp_pingpong(session, error)
                                                : udp_stream(session, error);
    uint64_t user_ns;
    uint64_t system_ns;
    thread_setup_leave(&setup, &user_ns, &system_ns);
    result->cpu_user_ns += user_ns;
    result->cpu_system_ns += system_ns;
    if (status == 0)
        sum_up(session);
out:
    udp_replies_free(&session->replies);
    if (session->fd >= 0)
        close(session->fd);
    free(session);
    return status;
}
