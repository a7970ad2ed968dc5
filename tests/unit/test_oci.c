// sources: host/environment/oci.c host/error.c
/* The container's configuration: what a study adds to the bundle that was built. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "environment/oci.h"

static const char *const arguments[] = {"--close", "--port", "81", NULL};

static const struct oci_options options = {
    .bundle = "/build/images/web.oci",
    .arguments = arguments,
    .netns = "/proc/1/fd/7",
    .descriptors = 16384,
    .cgroup = "/thrice-12.0/container.0",
    .cpus = 1,
    .memory_bytes = 256 << 20,
    .data_bytes = 224 << 20,
};

static json_t *bundle(void)
{
    json_error_t error;
    json_t *config = json_loads("{\"process\": {\"args\": [\"/web\"]},"
                                " \"root\": {\"path\": \"rootfs\", \"readonly\": true},"
                                " \"linux\": {\"namespaces\": [{\"type\": \"pid\"},"
                                "                            {\"type\": \"network\"}]}}",
                                0, &error);
    assert_non_null(config);
    return config;
}

static void test_oci_appends_arguments(void **state)
{
    json_t *config = bundle();
    struct error error;
    (void)state;
    assert_int_equal(oci_amend(config, &options, &error), 0);
    const char *words[4];
    assert_int_equal(json_unpack(config, "{s:{s:[ssss!]}}", "process", "args", &words[0], &words[1],
                                 &words[2], &words[3]),
                     0);
    assert_string_equal(words[0], "/web");
    assert_string_equal(words[1], "--close");
    assert_string_equal(words[3], "81");
    json_decref(config);
}

static void test_oci_joins_the_network_namespace_alone(void **state)
{
    json_t *config = bundle();
    struct error error;
    const char *path = NULL;
    (void)state;
    assert_int_equal(oci_amend(config, &options, &error), 0);
    json_t *namespaces = json_object_get(json_object_get(config, "linux"), "namespaces");
    assert_null(json_object_get(json_array_get(namespaces, 0), "path"));
    path = json_string_value(json_object_get(json_array_get(namespaces, 1), "path"));
    assert_string_equal(path, "/proc/1/fd/7");
    json_decref(config);
}

static void test_oci_sets_the_limits_of_the_guests(void **state)
{
    json_t *config = bundle();
    struct error error;
    json_int_t quota, period, memory, hard, soft;
    const char *cgroup, *root, *type;
    (void)state;
    assert_int_equal(oci_amend(config, &options, &error), 0);
    assert_int_equal(json_unpack(config, "{s:{s:s, s:{s:{s:I, s:I}, s:{s:I}}}}", "linux",
                                 "cgroupsPath", &cgroup, "resources", "cpu", "quota", &quota,
                                 "period", &period, "memory", "limit", &memory),
                     0);
    assert_string_equal(cgroup, "/thrice-12.0/container.0");
    assert_int_equal(quota, period); // one CPU
    assert_int_equal(memory, 256 << 20);
    assert_int_equal(json_unpack(config, "{s:{s:[{s:I, s:I}]}, s:{s:s}}", "process", "rlimits",
                                 "hard", &hard, "soft", &soft, "root", "path", &root),
                     0);
    assert_int_equal(hard, 16384);
    assert_int_equal(soft, 16384);
    json_t *limits = json_object_get(json_object_get(config, "process"), "rlimits");
    assert_int_equal(json_array_size(limits), 2);
    assert_int_equal(
        json_unpack(json_array_get(limits, 1), "{s:s, s:I}", "type", &type, "hard", &hard), 0);
    assert_string_equal(type, "RLIMIT_DATA");
    assert_int_equal(hard, 224 << 20);
    assert_string_equal(root, "/build/images/web.oci/rootfs");
    json_decref(config);
}

static void test_oci_without_a_cgroup_sets_no_limits(void **state)
{
    json_t *config = bundle();
    struct error error;
    struct oci_options free_of_limits = options;
    (void)state;
    free_of_limits.cgroup = NULL;
    free_of_limits.data_bytes = 0;
    assert_int_equal(oci_amend(config, &free_of_limits, &error), 0);
    json_t *platform = json_object_get(config, "linux");
    assert_null(json_object_get(platform, "resources"));
    assert_null(json_object_get(platform, "cgroupsPath"));
    json_t *rlimits = json_object_get(json_object_get(config, "process"), "rlimits");
    assert_int_equal(json_array_size(rlimits), 1); // open files
    json_decref(config);
}

static void test_oci_root_is_writable_only_where_asked(void **state)
{
    struct oci_options asked = options;
    struct error error;
    (void)state;
    for (int writable = 0; writable < 2; writable++) {
        json_t *config = bundle();
        asked.writable = writable == 1;
        assert_int_equal(oci_amend(config, &asked, &error), 0);
        json_t *root = json_object_get(config, "root");
        assert_int_equal(json_is_true(json_object_get(root, "readonly")), writable == 0);
        json_decref(config);
    }
}

static void test_oci_refuses_what_is_no_configuration(void **state)
{
    json_t *config = json_object();
    struct error error;
    (void)state;
    assert_int_equal(oci_amend(config, &options, &error), -1);
    assert_int_equal(error.code, EXIT_LACKING);
    assert_non_null(strstr(error.text, "web.oci"));
    json_decref(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oci_appends_arguments),
        cmocka_unit_test(test_oci_joins_the_network_namespace_alone),
        cmocka_unit_test(test_oci_sets_the_limits_of_the_guests),
        cmocka_unit_test(test_oci_without_a_cgroup_sets_no_limits),
        cmocka_unit_test(test_oci_root_is_writable_only_where_asked),
        cmocka_unit_test(test_oci_refuses_what_is_no_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
