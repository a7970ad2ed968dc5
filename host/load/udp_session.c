/* The shared part of UDP loads; see udp_session.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp_session.h"

#include "clock.h"

#include <errno.h>

int udp_session_receive(struct udp_session *session)
{
    for (size_t i = 0; i < UDP_BATCH; i++) {
        session->vectors[i] = (struct iovec){session->datagrams[i], UDP_DATAGRAM_BYTES};
        session->messages[i].msg_hdr =
            (struct msghdr){.msg_iov = &session->vectors[i], .msg_iovlen = 1};
    }
    /* An error is the lapse of SO_RCVTIMEO, or an ICMP one, which the sender counts. */
    int count = recvmmsg(session->fd, session->messages, UDP_BATCH, MSG_WAITFORONE, NULL);
    return count > 0 ? count : 0;
}

bool udp_session_send(const struct udp_session *session, const char *bytes, size_t length,
                      uint64_t *errors)
{
    if (send(session->fd, bytes, length, MSG_NOSIGNAL) >= 0)
        return true;
    ++*errors;
    return errno == ECONNREFUSED && send(session->fd, bytes, length, MSG_NOSIGNAL) >= 0;
}

bool udp_session_stopped(const struct udp_session *session)
{
    return session->options->stop != NULL && *session->options->stop != 0;
}

void udp_session_report(struct udp_session *session, uint64_t now_ns, uint64_t sent)
{
    const struct udp_load_options *options = session->options;

    if (options->progress == NULL || now_ns < session->next_report_ns)
        return;
    session->next_report_ns += NS_PER_S;
    options->progress(
        &(struct udp_load_progress){
            .elapsed_ns = now_ns - session->start_ns,
            .count = options->count,
            .sent = sent,
            .replies = session->replies.replies,
        },
        options->progress_argument);
}
