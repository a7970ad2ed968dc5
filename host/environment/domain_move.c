/* Moving a domain; see domain_move.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/domain_move.h"

#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "environment/domain.h"
#include "environment/libvirt_second.h"

// The text with each of what is wanted replaced; to be freed. NULL: out of memory.
static char *replace(const char *text, const char *wanted, const char *by)
{
    char *result = NULL;
    size_t size;
    FILE *stream = open_memstream(&result, &size);
    if (!stream)
        return NULL;
    for (const char *at; (at = strstr(text, wanted)); text = at + strlen(wanted))
        fprintf(stream, "%.*s%s", (int)(at - text), text, by);
    fputs(text, stream);
    return fclose(stream) == 0 ? result : NULL;
}

// As libvirt has it, which the other must find the same, but for what cannot be in two places: the
// tap and QMP's socket.
static char *definition_there(const struct server *from, const struct server *to)
{
    char old_tap[48], new_tap[48];
    snprintf(old_tap, sizeof old_tap, "dev='%s'", from->port.name);
    snprintf(new_tap, sizeof new_tap, "dev='%s'", to->port.name);
    char *here = virDomainGetXMLDesc(domain_pointer(from), VIR_DOMAIN_XML_MIGRATABLE);
    char *tapped = here ? replace(here, old_tap, new_tap) : NULL;
    char *there = tapped ? replace(tapped, from->qmp_path, to->qmp_path) : NULL;
    free(here);
    free(tapped);
    return there;
}

static virDomainPtr move(const struct server *from, const struct libvirt *second, const char *xml)
{
    virTypedParameterPtr parameters = NULL;
    virDomainPtr moved = NULL;
    int count = 0, room = 0;
    if (virTypedParamsAddString(&parameters, &count, &room, VIR_MIGRATE_PARAM_URI,
                                "tcp://127.0.0.1") == 0 &&
        virTypedParamsAddString(&parameters, &count, &room, VIR_MIGRATE_PARAM_DEST_XML, xml) == 0)
        moved = virDomainMigrate3(
            domain_pointer(from), second->connection, parameters, (unsigned int)count,
            VIR_MIGRATE_LIVE | VIR_MIGRATE_UNSAFE | VIR_MIGRATE_AUTO_CONVERGE);
    virTypedParamsFree(parameters, count);
    return moved;
}

static uint64_t statistic(virTypedParameterPtr parameters, int count, const char *name)
{
    unsigned long long value = 0;
    virTypedParamsGetULLong(parameters, count, name, &value);
    return value;
}

static void read_report(virDomainPtr moved, struct qemu_migration *report)
{
    virTypedParameterPtr all = NULL;
    int type, count = 0;
    *report = (struct qemu_migration){0};
    if (virDomainGetJobStats(moved, &type, &all, &count, VIR_DOMAIN_JOB_STATS_COMPLETED) < 0)
        return;
    report->total_ns = statistic(all, count, VIR_DOMAIN_JOB_TIME_ELAPSED) * NS_PER_MS;
    report->downtime_ns = statistic(all, count, VIR_DOMAIN_JOB_DOWNTIME) * NS_PER_MS;
    report->transferred_bytes = statistic(all, count, VIR_DOMAIN_JOB_DATA_PROCESSED);
    report->rounds = statistic(all, count, VIR_DOMAIN_JOB_MEMORY_ITERATION);
    virTypedParamsFree(all, count);
}

int domain_migrate(const struct server *from, struct server *to, struct qemu_migration *report,
                   struct error *error)
{
    const struct libvirt *second = libvirt_second(error);
    if (!second)
        return -1;
    char *xml = definition_there(from, to);
    virDomainPtr moved = xml ? move(from, second, xml) : NULL;
    free(xml);
    if (!moved)
        return libvirt_error(error, EXIT_FAILED, "libvirt's migration");
    read_report(moved, report);
    to->options.libvirt = second;
    struct error why;
    return domain_take_over(to, moved, &why) == 0
               ? 0
               : error_set(error, why.code, "arrived at the other libvirtd, and ended there: %s",
                           why.text);
}
