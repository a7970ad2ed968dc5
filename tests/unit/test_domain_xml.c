// sources: host/environment/domain_xml.c host/environment/xml_text.c host/environment/qemu_command.c host/environment/argv.c host/nearest.c host/error.c
/* A domain's definition: what QEMU's command line says, in libvirt's words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "environment/domain_xml.h"

static const struct accelerator tcg = {.kvm = false}, kvm = {.kvm = true};
static const struct qemu_forward forward = {PROTOCOL_HTTP, 8080, 80};
static const struct qemu_options unikernel = {
    .machine = "q35",
    .accelerator = &tcg,
    .memory_mib = 64,
    .kernel = "/images/web.elf",
    .command_line = "ip=10.0.2.15/24 -- --text \"<&'>\"",
    .forward = &forward,
};

// Whether the definition of a guest named "web" has all the texts, which end in NULL.
static bool has(const struct qemu_options *qemu, const char *const *texts)
{
    const struct domain_options options = {
        .name = "web", .cpus = "2-3", .has_exit_device = true, .qemu = qemu};
    struct error error;
    char *xml = domain_xml(&options, &error);
    bool all = xml != NULL;
    for (; all && *texts; texts++)
        all = strstr(xml, *texts) != NULL;
    free(xml);
    return all;
}

static bool lacks(const struct qemu_options *qemu, const char *text)
{
    return !has(qemu, (const char *const[]){text, NULL});
}

static void test_domain_xml_is_the_machine(void **state)
{
    (void)state;
    assert_true(has(&unikernel, (const char *const[]){
                                    "<domain type='qemu'", "<name>web</name>",
                                    "<memory unit='MiB'>64</memory>", "cpuset='2-3'>1</vcpu>",
                                    "machine='q35'", "<kernel>/images/web.elf</kernel>",
                                    "<cpu mode='maximum'/>", "isa-debug-exit,iobase=0xf4,iosize=1",
                                    "hostfwd=tcp:127.0.0.1:8080-10.0.2.15:80",
                                    "netdev=net0,romfile=,addr=0x10", NULL}));
    assert_true(lacks(&unikernel, "<initrd>"));
    assert_true(lacks(&unikernel, "<interface"));
}

static void test_domain_xml_quotes_text(void **state)
{
    (void)state;
    assert_true(
        has(&unikernel,
            (const char *const[]){
                "<cmdline>ip=10.0.2.15/24 -- --text \"&lt;&amp;&apos;&gt;\"</cmdline>", NULL}));
}

static void test_domain_xml_refuses_what_xml_has_not(void **state)
{
    static const char *const names[] = {"\x01", "a\x1b[m", "\xff"};
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct domain_options options = {.name = names[i], .qemu = &unikernel};
        assert_null(domain_xml(&options, &error));
        assert_int_equal(error.code, EXIT_USAGE);
    }
    struct qemu_options qemu = unikernel;
    qemu.command_line = "a\tb\nc \xc3\xa9";
    assert_true(
        has(&qemu, (const char *const[]){"<cmdline>a&#9;b&#10;c \xc3\xa9</cmdline>", NULL}));
}

static void test_domain_xml_exit_device_is_for_its_parent(void **state)
{
    const struct domain_options options = {.name = "web", .qemu = &unikernel};
    struct error error;
    (void)state;
    char *xml = domain_xml(&options, &error);
    assert_non_null(xml);
    assert_null(strstr(xml, "isa-debug-exit"));
    free(xml);
}

static void test_domain_xml_under_kvm(void **state)
{
    struct qemu_options qemu = unikernel;
    (void)state;
    qemu.accelerator = &kvm;
    qemu.vcpus = 4;
    assert_true(has(&qemu, (const char *const[]){"<domain type='kvm'", ">4</vcpu>",
                                                 "<cpu mode='host-passthrough'/>", NULL}));
}

static void test_domain_xml_takes_a_tap_that_is_there(void **state)
{
    const struct network_port port = {.name = "tap7", .mac = {0x52, 0x54, 0, 0, 0, 9}};
    struct qemu_options qemu = unikernel;
    (void)state;
    qemu.port = &port;
    assert_true(has(&qemu, (const char *const[]){"<interface type='ethernet'>",
                                                 "<mac address='52:54:00:00:00:09'/>",
                                                 "<target dev='tap7' managed='no'/>", NULL}));
    assert_true(lacks(&qemu, "hostfwd"));
}

static void test_domain_xml_disks(void **state)
{
    struct qemu_disk disks[] = {{.path = "/a&b", .format = "qcow2"},
                                {.path = "/c,d", .format = "raw", .read_only = true}};
    struct qemu_options qemu = unikernel;
    (void)state;
    qemu.disks = disks;
    qemu.disk_count = 2;
    assert_true(has(&qemu, (const char *const[]){"type='qcow2'/>", "<source file='/a&amp;b'/>",
                                                 "dev='vda'", "<source file='/c,d'/>", "dev='vdb'",
                                                 "<readonly/>", NULL}));
    disks[0].snapshot = true;
    assert_true(lacks(&qemu, "<disk"));
    assert_true(
        has(&qemu, (const char *const[]){"snapshot=on,file=/a&amp;b'", "bootindex=1,addr=0x11'",
                                         "readonly=on,snapshot=off,file=/c,,d'", NULL}));
}

static void test_domain_xml_refuses_what_libvirt_has_not(void **state)
{
    struct qemu_options qemu = unikernel;
    struct error error;
    (void)state;
    assert_int_equal(domain_xml_check(&qemu, &error), 0);
    qemu.inspection.gdb = true;
    assert_int_equal(domain_xml_check(&qemu, &error), -1);
    qemu = unikernel;
    qemu.machine = "microvm";
    assert_int_equal(domain_xml_check(&qemu, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain_xml_is_the_machine),
        cmocka_unit_test(test_domain_xml_quotes_text),
        cmocka_unit_test(test_domain_xml_refuses_what_xml_has_not),
        cmocka_unit_test(test_domain_xml_exit_device_is_for_its_parent),
        cmocka_unit_test(test_domain_xml_under_kvm),
        cmocka_unit_test(test_domain_xml_takes_a_tap_that_is_there),
        cmocka_unit_test(test_domain_xml_disks),
        cmocka_unit_test(test_domain_xml_refuses_what_libvirt_has_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
