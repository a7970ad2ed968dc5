/* What is read before and after a load; see reading.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/reading.h"

#include <sys/resource.h>

#include "clock.h"

static uint64_t nanoseconds(const struct timeval *time)
{
    return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_usec * NS_PER_US;
}

int reading_take(struct reading *reading, const struct server *server, struct error *error)
{
    struct rusage driver;
    if (hostcpu_read(&reading->host, error) < 0)
        return -1;
    getrusage(RUSAGE_SELF, &driver);
    reading->driver_user_ns = nanoseconds(&driver.ru_utime);
    reading->driver_system_ns = nanoseconds(&driver.ru_stime);
    return usage_read(server, &reading->server, error);
}

void reading_release(struct reading *reading)
{
    usage_release(&reading->server);
}

json_t *reading_json(const struct reading *before, const struct reading *after,
                     const struct server *server)
{
    struct hostcpu host = hostcpu_difference(&before->host, &after->host);
    json_t *json = usage_json(server, &before->server, &after->server);
    json_object_set_new(json, "wall_ns", json_integer((json_int_t)host.at_ns));
    json_object_set_new(json, "host", hostcpu_json(&host));
    json_object_set_new(
        json, "driver",
        json_pack("{s:I, s:I}", "user_ns",
                  (json_int_t)(after->driver_user_ns - before->driver_user_ns), "system_ns",
                  (json_int_t)(after->driver_system_ns - before->driver_system_ns)));
    return json;
}
