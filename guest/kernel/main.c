/* What an operating system must do before it can answer a packet, in order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmdline.h"
#include "console.h"
#include "cpu.h"
#include "interrupt.h"
#include "layers.h"
#include "memory.h"
#include "power.h"
#include "pvh.h"
#include "random.h"
#include "time.h"
#include "trap.h"

_Noreturn void kernel_main(const struct hvm_start_info *start_info);

const struct hvm_start_info *pvh_start_info;

_Noreturn void kernel_main(const struct hvm_start_info *start_info)
{
    pvh_start_info = start_info;
    console_init(); // say what goes wrong
    cpu_init();     // vector registers, SYSCALL
    trap_init();    // faults become reports
    cmdline_init((const char *)start_info->cmdline_paddr,
                 payload_name);                  // before its memory is reused
    interrupt_init();                            // devices and timer can wake us
    time_start();                                // two clocks, of which one is to be measured
    memory_init(start_info);                     // RAM, W^X, free pages
    power_init(start_info);                      // somebody can ask us to stop
    random_init();                               // sequence numbers, canaries
    time_init();                                 // one clock
    virtio_init();                               // find the devices
    net_init();                                  // lwIP, the NIC, an address
    posix_start(cmdline_argc(), cmdline_argv()); // the libc, then main()
}
