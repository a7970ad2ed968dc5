/* The result of an HTTP load: its judgement and its record; see http.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LATE_SHARE_MAX    0.01
#define STARTED_SHARE_MIN 0.99

const char *http_load_error_name(enum http_load_error kind)
{
    static const char *const names[HTTP_LOAD_ERRORS] = {
        [HTTP_LOAD_REFUSED] = "refused",     [HTTP_LOAD_RESET] = "reset",
        [HTTP_LOAD_TIMEOUT] = "timeout",     [HTTP_LOAD_SHORT] = "short",
        [HTTP_LOAD_STATUS] = "status",       [HTTP_LOAD_BODY] = "body",
        [HTTP_LOAD_MALFORMED] = "malformed", [HTTP_LOAD_UNREACHABLE] = "unreachable",
        [HTTP_LOAD_NO_PORT] = "no_port",     [HTTP_LOAD_NO_DESCRIPTOR] = "no_descriptor",
        [HTTP_LOAD_OTHER] = "other",
    };
    return names[kind];
}

bool http_load_void(const struct http_load_result *result, char *reason, size_t reason_bytes)
{
    double late = pace_late_share(&result->pace);

    if (result->interrupted)
        snprintf(reason, reason_bytes, "interrupted");
    else if (result->errors[HTTP_LOAD_NO_PORT] > 0)
        snprintf(reason, reason_bytes,
                 "no local port was left for %" PRIu64 " requests: spread them over more source "
                 "addresses, or let the server close first",
                 result->errors[HTTP_LOAD_NO_PORT]);
    else if (result->errors[HTTP_LOAD_NO_DESCRIPTOR] > 0)
        snprintf(reason, reason_bytes,
                 "no descriptor was left for %" PRIu64 " requests: the limit is %" PRIu64
                 " (ulimit -Hn)",
                 result->errors[HTTP_LOAD_NO_DESCRIPTOR], result->descriptor_limit);
    else if (late > LATE_SHARE_MAX)
        snprintf(reason, reason_bytes,
                 "the load generator sent %.1f %% of the requests more than 5 ms late", late * 100);
    else if (result->started_per_s < STARTED_SHARE_MIN * (double)result->due * (double)NS_PER_S /
                                         (double)result->duration_ns)
        snprintf(reason, reason_bytes,
                 "the load generator started %.1f requests a second of %" PRIu64 " offered",
                 result->started_per_s, result->rate_per_s);
    else
        return false;
    return true;
}

static json_t *errors_json(const struct http_load_result *result)
{
    json_t *errors = json_object();
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++)
        json_object_set_new(errors, http_load_error_name((enum http_load_error)kind),
                            json_integer((json_int_t)result->errors[kind]));
    return errors;
}

static json_t *seconds_json(const struct http_load_result *result)
{
    json_t *seconds = json_array();
    for (size_t i = 0; i < result->second_count; i++) {
        const struct http_load_second *second = &result->seconds[i];
        json_array_append_new(seconds,
                              json_pack("[I, I, I]", (json_int_t)second->started,
                                        (json_int_t)second->completed, (json_int_t)second->failed));
    }
    return seconds;
}

static json_t *histograms_json(const struct http_load_result *result,
                               json_t *(*form)(const struct histogram *))
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "latency", form(&result->latency), "service",
                     form(&result->service), "connect", form(&result->connect), "response",
                     form(&result->response), "lateness", form(&result->pace.lateness));
}

json_t *http_load_result_json(const struct http_load_result *result)
{
    char reason[256];
    bool is_void = http_load_void(result, reason, sizeof reason);

    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I,"
        " s:I, s:b, s:I, s:f, s:b, s:o, s:o, s:o, s:o}",
        "rate_per_s", (json_int_t)result->rate_per_s, "duration_ns",
        (json_int_t)result->duration_ns, "timeout_ns", (json_int_t)result->timeout_ns, "due",
        (json_int_t)result->due, "started", (json_int_t)result->started, "completed",
        (json_int_t)result->completed, "errors", errors_json(result), "unclosed",
        (json_int_t)result->unclosed, "sending_ns", (json_int_t)result->sending_ns,
        "last_answer_ns", (json_int_t)result->last_answer_ns, "elapsed_ns",
        (json_int_t)result->elapsed_ns, "started_per_s", result->started_per_s, "achieved_per_s",
        result->achieved_per_s, "in_flight_max", (json_int_t)result->in_flight_max,
        "descriptor_limit", (json_int_t)result->descriptor_limit, "source_addresses",
        (json_int_t)result->source_count, "cpu_user_ns", (json_int_t)result->cpu_user_ns,
        "cpu_system_ns", (json_int_t)result->cpu_system_ns, "interrupted", result->interrupted,
        "late", (json_int_t)result->pace.late, "late_share", pace_late_share(&result->pace), "void",
        is_void, "void_reason", is_void ? json_string(reason) : json_null(), "summary",
        histograms_json(result, histogram_summary_json), "histograms",
        histograms_json(result, histogram_json), "seconds", seconds_json(result));
}

void http_load_result_free(struct http_load_result *result)
{
    free(result->seconds);
    result->seconds = NULL;
    result->second_count = 0;
}
