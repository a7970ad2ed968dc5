// sources: host/environment/qemu_migration.c host/environment/qmp.c host/environment/program.c host/error.c
/* What QEMU says of a migration, in its own words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "environment/isolation.h"
#include "environment/qemu_migration.h"

bool isolation_interrupted(void)
{
    return false;
}

static enum qemu_migration_status parse(const char *text, struct qemu_migration *report)
{
    json_t *reply = json_loads(text, 0, NULL);
    assert_non_null(reply);
    enum qemu_migration_status status = qemu_migration_parse(reply, report);
    json_decref(reply);
    return status;
}

static void test_qemu_migration_reads_what_has_completed(void **state)
{
    (void)state;
    struct qemu_migration report = {0};
    assert_int_equal(parse("{\"status\": \"completed\", \"setup-time\": 2, \"downtime\": 7, "
                           "\"total-time\": 431, \"ram\": {\"total\": 268435456, "
                           "\"transferred\": 5000000000, \"dirty-sync-count\": 3}}",
                           &report),
                     QEMU_MIGRATION_DONE);
    assert_int_equal(report.total_ns, 431000000);
    assert_int_equal(report.downtime_ns, 7000000);
    assert_int_equal(report.transferred_bytes, UINT64_C(5000000000));
    assert_int_equal(report.rounds, 3);
}

static void test_qemu_migration_waits_while_it_is_under_way(void **state)
{
    (void)state;
    static const char *const replies[] = {"{}", "{\"status\": \"setup\"}",
                                          "{\"status\": \"active\", \"ram\": {}}",
                                          "{\"status\": \"device\"}", "{\"status\": 3}"};
    struct qemu_migration report = {.total_ns = 1};
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++)
        assert_int_equal(parse(replies[i], &report), QEMU_MIGRATION_ACTIVE);
    assert_int_equal(report.total_ns, 1); // untouched
}

static void test_qemu_migration_knows_a_failure(void **state)
{
    (void)state;
    struct qemu_migration report = {0};
    assert_int_equal(parse("{\"status\": \"failed\", \"error-desc\": \"no\"}", &report),
                     QEMU_MIGRATION_FAILED);
    assert_int_equal(parse("{\"status\": \"cancelled\"}", &report), QEMU_MIGRATION_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qemu_migration_reads_what_has_completed),
        cmocka_unit_test(test_qemu_migration_waits_while_it_is_under_way),
        cmocka_unit_test(test_qemu_migration_knows_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
