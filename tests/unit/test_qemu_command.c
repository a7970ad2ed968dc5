// sources: host/environment/qemu_command.c host/environment/argv.c host/nearest.c host/error.c
/* QEMU's command line: the same machine for every guest, and each difference on purpose. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "environment/qemu_command.h"

static const struct accelerator tcg = {.kvm = false};
static const struct accelerator kvm = {.kvm = true};
static const struct network_port port = {
    .tap_fd = 9, .mac = {0x52, 0x54, 0x00, 0x00, 0x00, 0x0a}, .netns_fd = -1};

static const struct qemu_options unikernel = {
    .machine = "microvm",
    .accelerator = &tcg,
    .memory_mib = 256,
    .vcpus = 1,
    .kernel = "/images/web.elf",
    .command_line = "ip=10.0.0.2/24 -- --close",
    .port = &port,
};

static bool has_pair(const struct argv *argv, const char *option, const char *value)
{
    for (int i = 0; i + 1 < argv->count; i++)
        if (strcmp(argv->word[i], option) == 0 && strcmp(argv->word[i + 1], value) == 0)
            return true;
    return false;
}

static bool has_word(const struct argv *argv, const char *word)
{
    for (int i = 0; i < argv->count; i++)
        if (strcmp(argv->word[i], word) == 0)
            return true;
    return false;
}

static void test_qemu_command_microvm_takes_mmio_and_the_tap(void **state)
{
    struct argv argv = {0};
    (void)state;
    qemu_command(&argv, &unikernel);
    assert_string_equal(argv.word[0], "qemu-system-x86_64");
    assert_true(has_word(&argv, "-nodefaults"));
    assert_true(has_pair(&argv, "-machine", "microvm"));
    assert_true(has_pair(&argv, "-m", "256"));
    assert_true(has_pair(&argv, "-smp", "1"));
    assert_true(has_pair(&argv, "-kernel", "/images/web.elf"));
    assert_true(has_pair(&argv, "-append", "ip=10.0.0.2/24 -- --close"));
    assert_true(has_pair(&argv, "-netdev", "tap,id=net0,fd=9"));
    assert_true(has_pair(&argv, "-device", "virtio-net-device,netdev=net0,mac=52:54:00:00:00:0a"));
    assert_true(has_pair(&argv, "-device", "isa-debug-exit,iobase=0xf4,iosize=1"));
    assert_false(has_word(&argv, "-initrd"));
    assert_null(argv.word[argv.count]);
    argv_free(&argv);
}

static void test_qemu_command_memory_of_one_to_be_moved_is_uneven(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    options.movable = true;
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-m", "262152k"));
    argv_free(&argv);
}

static void test_qemu_command_other_machines_take_pci(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    options.machine = "q35";
    options.vcpus = 4;
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-machine", "q35"));
    assert_true(has_pair(&argv, "-smp", "4"));
    assert_true(
        has_pair(&argv, "-device", "virtio-net-pci,romfile=,netdev=net0,mac=52:54:00:00:00:0a"));
    argv_free(&argv);
}

// QEMU before 8.0 writes the header that a tap puts before each frame into the recording.
static void test_qemu_command_what_is_recorded_of_a_tap_is_behind_a_hub(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    options.inspection.pcap_path = "nic,1.pcap";
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-netdev", "tap,id=tap0,fd=9"));
    assert_true(has_pair(&argv, "-netdev", "hubport,id=hub0,hubid=0,netdev=tap0"));
    assert_true(has_pair(&argv, "-netdev", "hubport,id=net0,hubid=0"));
    assert_true(has_pair(&argv, "-object", "filter-dump,id=pcap0,netdev=net0,file=nic,,1.pcap"));
    argv_free(&argv);
}

// `-cpu host` needs KVM, and is the point of it; `-cpu max` fails under some KVM.
static void test_qemu_command_cpu_follows_the_accelerator(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-accel", "tcg,thread=multi"));
    assert_true(has_pair(&argv, "-cpu", "max"));
    argv_free(&argv);
    options.accelerator = &kvm;
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-accel", "kvm"));
    assert_true(has_pair(&argv, "-cpu", "host"));
    argv_free(&argv);
}

// The ratio of two guests means nothing unless all but kernel, initrd and command line are equal.
static void test_qemu_command_guests_differ_in_their_image_alone(void **state)
{
    struct argv one = {0}, other = {0};
    struct qemu_options linux_guest = unikernel;
    (void)state;
    linux_guest.kernel = "/images/vmlinux";
    linux_guest.initrd = "/images/web.microvm.cpio";
    linux_guest.command_line = "quiet ip=10.0.0.2/24 -- --close";
    qemu_command(&one, &unikernel);
    qemu_command(&other, &linux_guest);
    assert_true(has_pair(&other, "-initrd", "/images/web.microvm.cpio"));
    for (int i = 0, j = 0; i < one.count; i++, j++) {
        if (strcmp(other.word[j], "-initrd") == 0)
            j += 2;
        if (i > 0 &&
            (strcmp(one.word[i - 1], "-kernel") == 0 || strcmp(one.word[i - 1], "-append") == 0))
            continue;
        assert_string_equal(one.word[i], other.word[j]);
    }
    assert_int_equal(one.count + 2, other.count);
    argv_free(&one);
    argv_free(&other);
}

static void test_qemu_command_forwards_on_loopback_alone(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    const struct qemu_forward forward = {PROTOCOL_UDP, 9000, 8081};
    (void)state;
    options.port = NULL;
    options.forward = &forward;
    qemu_command(&argv, &options);
    assert_true(
        has_pair(&argv, "-netdev", "user,id=net0,hostfwd=udp:127.0.0.1:9000-10.0.2.15:8081"));
    assert_true(has_pair(&argv, "-device", "virtio-net-device,netdev=net0"));
    argv_free(&argv);
}

static void test_qemu_command_knows_its_machines(void **state)
{
    struct error error;
    (void)state;
    assert_string_equal(qemu_machine_find("pc", &error), "pc");
    assert_null(qemu_machine_find("q36", &error));
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, "q35"));
}

static void test_qemu_command_machine_choice(void **state)
{
    struct error error = {0};
    (void)state;
    assert_string_equal(qemu_machine_choose(NULL, false, &error), "microvm");
    assert_string_equal(qemu_machine_choose(NULL, true, &error), "q35");
    assert_string_equal(qemu_machine_choose("pc", true, &error), "pc");
    assert_string_equal(qemu_machine_choose("microvm", false, &error), "microvm");
    assert_null(qemu_machine_choose("microvm", true, &error));
    assert_int_equal(error.code, EXIT_USAGE);
}

static void test_qemu_command_disks(void **state)
{
    const struct qemu_disk disks[] = {
        {.path = "/run/a.qcow2", .format = "qcow2", .snapshot = true},
        {.path = "/a,b/c,,d", .format = "raw", .read_only = true},
    };
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    options.machine = "q35";
    options.disks = disks;
    options.disk_count = 2;
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-drive",
                         "if=virtio,format=qcow2,readonly=off,snapshot=on,file=/run/a.qcow2"));
    assert_true(has_pair(&argv, "-drive", "if=virtio,format=raw,readonly=on,file=/a,,b/c,,,,d"));
    argv_free(&argv);
}

static void test_qemu_command_is_not_looked_into_unasked(void **state)
{
    struct argv argv = {0};
    struct qemu_options options = unikernel;
    (void)state;
    qemu_command(&argv, &options);
    assert_false(has_word(&argv, "-bios"));
    assert_false(has_word(&argv, "-S"));
    assert_false(has_word(&argv, "-gdb"));
    assert_false(has_word(&argv, "-object"));
    argv_free(&argv);

    options.firmware = "OVMF.fd";
    options.inspection = (struct inspection){.gdb = true, .gdb_port = 1234, .pcap_path = "a,b"};
    qemu_command(&argv, &options);
    assert_true(has_pair(&argv, "-bios", "OVMF.fd"));
    assert_true(has_pair(&argv, "-S", "-gdb"));
    assert_true(has_pair(&argv, "-gdb", "tcp:127.0.0.1:1234"));
    assert_true(has_pair(&argv, "-object", "filter-dump,id=pcap0,netdev=net0,file=a,,b"));
    argv_free(&argv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qemu_command_microvm_takes_mmio_and_the_tap),
        cmocka_unit_test(test_qemu_command_memory_of_one_to_be_moved_is_uneven),
        cmocka_unit_test(test_qemu_command_other_machines_take_pci),
        cmocka_unit_test(test_qemu_command_what_is_recorded_of_a_tap_is_behind_a_hub),
        cmocka_unit_test(test_qemu_command_cpu_follows_the_accelerator),
        cmocka_unit_test(test_qemu_command_guests_differ_in_their_image_alone),
        cmocka_unit_test(test_qemu_command_forwards_on_loopback_alone),
        cmocka_unit_test(test_qemu_command_knows_its_machines),
        cmocka_unit_test(test_qemu_command_machine_choice),
        cmocka_unit_test(test_qemu_command_disks),
        cmocka_unit_test(test_qemu_command_is_not_looked_into_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
