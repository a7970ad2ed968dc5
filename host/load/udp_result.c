/* The result of a UDP load: its judgement and its record; see udp.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp.h"

#include <inttypes.h>
#include <stdio.h>

#define LATE_SHARE_MAX 0.01
#define SENT_SHARE_MIN 0.99

bool udp_load_void(const struct udp_load_result *result, char *reason, size_t reason_bytes)
{
    double late = pace_late_share(&result->pace);
    bool paced = result->mode == UDP_LOAD_RATE;

    if (result->interrupted)
        snprintf(reason, reason_bytes, "interrupted");
    else if (result->client_drops > 0)
        snprintf(reason, reason_bytes,
                 "%" PRIu64 " replies did not fit the load generator's receive buffer of %" PRIu64
                 " bytes (net.core.rmem_max)",
                 result->client_drops, result->receive_buffer_bytes);
    else if (paced && late > LATE_SHARE_MAX)
        snprintf(reason, reason_bytes,
                 "the load generator sent %.1f %% of the datagrams more than 5 ms late",
                 late * 100);
    else if (paced && result->sent == result->count &&
             result->sent_per_s < SENT_SHARE_MIN * (double)result->pace.rate_per_s)
        snprintf(reason, reason_bytes,
                 "the load generator sent %.1f datagrams a second of %" PRIu64 " offered",
                 result->sent_per_s, result->pace.rate_per_s);
    else
        return false;
    return true;
}

static const char *mode_name(enum udp_load_mode mode)
{
    static const char *const names[] = {
        [UDP_LOAD_GAP] = "gap", [UDP_LOAD_RATE] = "rate", [UDP_LOAD_PINGPONG] = "pingpong"};
    return names[mode];
}

static json_t *histograms_json(const struct udp_load_result *result,
                               json_t *(*form)(const struct histogram *))
{
    return json_pack("{s:o, s:o}", "latency", form(&result->latency), "lateness",
                     form(&result->pace.lateness));
}

json_t *udp_load_result_json(const struct udp_load_result *result)
{
    char reason[256];
    bool is_void = udp_load_void(result, reason, sizeof reason);

    return json_pack(
        "{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:I,"
        " s:I, s:f, s:f, s:I, s:I, s:I, s:f, s:b, s:o, s:o, s:o}",
        "mode", mode_name(result->mode), "echo", result->echo, "count", (json_int_t)result->count,
        "sent", (json_int_t)result->sent, "send_errors", (json_int_t)result->send_errors, "replies",
        (json_int_t)result->replies, "lost", (json_int_t)result->lost, "late",
        (json_int_t)result->late, "duplicated", (json_int_t)result->duplicated, "reordered",
        (json_int_t)result->reordered, "unexpected", (json_int_t)result->unexpected, "client_drops",
        (json_int_t)result->client_drops, "receive_buffer_bytes",
        (json_int_t)result->receive_buffer_bytes, "last_sent", (json_int_t)result->last_sent,
        "last_answered", result->last_answered, "interrupted", result->interrupted, "sending_ns",
        (json_int_t)result->sending_ns, "elapsed_ns", (json_int_t)result->elapsed_ns, "sent_per_s",
        result->sent_per_s, "replies_per_s", result->replies_per_s, "cpu_user_ns",
        (json_int_t)result->cpu_user_ns, "cpu_system_ns", (json_int_t)result->cpu_system_ns,
        "late_sent", (json_int_t)result->pace.late, "late_share", pace_late_share(&result->pace),
        "void", is_void, "void_reason", is_void ? json_string(reason) : json_null(), "summary",
        histograms_json(result, histogram_summary_json), "histograms",
        histograms_json(result, histogram_json));
}
