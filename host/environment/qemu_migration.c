/* Moving a guest's state out of a QEMU and into another; see qemu_migration.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/qemu_migration.h"

#include <string.h>

#include "clock.h"
#include "environment/isolation.h"
#include "environment/qmp.h"

static const uint64_t POLL_NS = NS_PER_MS;
static const uint64_t PREPARATION_PATIENCE_NS = 60 * NS_PER_S;
static const uint64_t SOCKET_PATIENCE_NS = 10 * NS_PER_S;
// Of a network between two machines; between two processes it would only slow them down.
static const json_int_t BYTES_PER_S = INT64_C(10) << 30;
// QEMU counts by the tenth of a second, and takes a tenth that rounds to nothing for no limit: then
// a small guest would be all gone, and stopped, before we look again.
static const json_int_t SLOWEST_BYTES_PER_S = 10;

static int execute(struct qmp *qmp, const char *command, json_t *arguments, struct error *error)
{
    json_t *returned = qmp_execute(qmp, command, arguments, error);
    json_decref(returned);
    return returned ? 0 : -1;
}

static int leave_shared_memory(struct qmp *qmp, bool shared, struct error *error)
{
    return execute(qmp, "migrate-set-capabilities",
                   json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "x-ignore-shared",
                             "state", shared),
                   error);
}

enum qemu_migration_status qemu_migration_parse(const json_t *reply, struct qemu_migration *report)
{
    const char *status = json_string_value(json_object_get(reply, "status"));
    const json_t *ram = json_object_get(reply, "ram");
    if (status && (strcmp(status, "failed") == 0 || strcmp(status, "cancelled") == 0))
        return QEMU_MIGRATION_FAILED;
    if (!status || strcmp(status, "completed") != 0)
        return QEMU_MIGRATION_ACTIVE;
    *report = (struct qemu_migration){
        .total_ns = (uint64_t)json_integer_value(json_object_get(reply, "total-time")) * NS_PER_MS,
        .downtime_ns = (uint64_t)json_integer_value(json_object_get(reply, "downtime")) * NS_PER_MS,
        .transferred_bytes = (uint64_t)json_integer_value(json_object_get(ram, "transferred")),
        .rounds = (uint64_t)json_integer_value(json_object_get(ram, "dirty-sync-count")),
    };
    return QEMU_MIGRATION_DONE;
}

static int fail(const json_t *reply, struct error *error)
{
    const char *why = json_string_value(json_object_get(reply, "error-desc"));
    return error_set(error, EXIT_FAILED, "QEMU's migration failed: %.300s",
                     why ? why : "no reason");
}

static int wait_until_done(struct qmp *qmp, uint64_t patience_ns, struct qemu_migration *report,
                           struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + patience_ns;
    for (;;) {
        json_t *reply = qmp_execute(qmp, "query-migrate", NULL, error);
        if (!reply)
            return -1;
        enum qemu_migration_status status = qemu_migration_parse(reply, report);
        if (status == QEMU_MIGRATION_FAILED)
            fail(reply, error);
        json_decref(reply);
        if (status != QEMU_MIGRATION_ACTIVE)
            return status == QEMU_MIGRATION_DONE ? 0 : -1;
        if (clock_now_ns() > deadline_ns || isolation_interrupted()) {
            struct error ignored;
            execute(qmp, "migrate_cancel", NULL, &ignored);
            return error_set(error, EXIT_FAILED,
                             "given up after %.0f s: the guest writes its memory faster than it "
                             "can be sent",
                             (double)patience_ns / NS_PER_S);
        }
        clock_sleep_until_ns(clock_now_ns() + POLL_NS);
    }
}

int qemu_migration_out(const char *qmp_path, const char *address, bool shared_memory,
                       uint64_t patience_ns, struct qemu_migration *report, struct error *error)
{
    struct qmp qmp;
    if (qmp_open(&qmp, qmp_path, error) < 0)
        return -1;
    int code = leave_shared_memory(&qmp, shared_memory, error);
    if (code == 0)
        code = execute(&qmp, "migrate-set-parameters",
                       json_pack("{s:I}", "max-bandwidth", BYTES_PER_S), error);
    if (code == 0)
        code = execute(&qmp, "migrate", json_pack("{s:s}", "uri", address), error);
    if (code == 0)
        code = wait_until_done(&qmp, patience_ns, report, error);
    qmp_close(&qmp);
    return code;
}

static bool has_status(struct qmp *qmp, const char *wanted, struct error *error)
{
    json_t *reply = qmp_execute(qmp, "query-migrate", NULL, error);
    const char *status = json_string_value(json_object_get(reply, "status"));
    bool has = status && strcmp(status, wanted) == 0;
    json_decref(reply);
    return has;
}

static int wait_for_status(struct qmp *qmp, const char *wanted, struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + PREPARATION_PATIENCE_NS;
    error_set(error, EXIT_FAILED, "QEMU's migration is not %s in time", wanted);
    while (!has_status(qmp, wanted, error)) {
        if (clock_now_ns() > deadline_ns || isolation_interrupted())
            return -1;
        clock_sleep_until_ns(clock_now_ns() + POLL_NS);
    }
    return 0;
}

int qemu_migration_prepare(const char *qmp_path, struct error *error)
{
    struct qmp qmp;
    if (qmp_open(&qmp, qmp_path, error) < 0)
        return -1;
    int code = execute(&qmp, "migrate-set-parameters",
                       json_pack("{s:I}", "max-bandwidth", SLOWEST_BYTES_PER_S), error);
    if (code == 0)
        code = execute(&qmp, "migrate", json_pack("{s:s}", "uri", "exec:cat > /dev/null"), error);
    if (code == 0)
        code = wait_for_status(&qmp, "active", error);
    if (code == 0)
        code = execute(&qmp, "migrate_cancel", NULL, error);
    if (code == 0)
        code = wait_for_status(&qmp, "cancelled", error);
    qmp_close(&qmp);
    return code;
}

// QEMU makes its socket before anything else of the machine; until then there is none.
static int open_early(struct qmp *qmp, struct program *program, const char *qmp_path,
                      struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + SOCKET_PATIENCE_NS;
    while (qmp_open(qmp, qmp_path, error) < 0) {
        if (program_ended(program) || clock_now_ns() > deadline_ns || isolation_interrupted())
            return -1;
        clock_sleep_until_ns(clock_now_ns() + POLL_NS);
    }
    return 0;
}

int qemu_migration_in(struct program *program, const char *qmp_path, const char *address,
                      bool shared_memory, struct error *error)
{
    struct qmp qmp;
    if (open_early(&qmp, program, qmp_path, error) < 0)
        return -1;
    int code = leave_shared_memory(&qmp, shared_memory, error);
    if (code == 0)
        code = execute(&qmp, "migrate-incoming", json_pack("{s:s}", "uri", address), error);
    qmp_close(&qmp);
    return code;
}
