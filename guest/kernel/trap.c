/* The descriptor tables, and the report that ends a machine that took an exception. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trap.h"

#include <stdbool.h>
#include <stddef.h>

#include "console.h"
#include "interrupt.h"
#include "layers.h"
#include "panic.h"

#define SELECTOR_CODE 8
#define SELECTOR_TASK 24

#define VECTOR_NMI          2
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_PAGE_FAULT   14
#define EXCEPTIONS          32
#define VECTORS             256

#define GATE_INTERRUPT 0x8e /* present, ring 0, interrupts off */
#define IST_COMMON     1
#define IST_LAST       2 /* for what may strike while the first is in use */

struct idt_gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    uint64_t base;
};

extern const char trap_vectors[];
extern const char image_start[], image_rodata[], image_stack_guard[], image_stack_top[];
void interrupt_wake(void);
void interrupt_timer(void);
void interrupt_power(void);
void interrupt_spurious(void);
_Noreturn void trap_report(const struct trap_frame *frame);

static struct idt_gate idt[VECTORS];
static struct trap_tables boot_tables;

static void gate_set(unsigned vector, uint64_t handler, uint8_t ist)
{
    idt[vector] = (struct idt_gate){
        .offset_low = (uint16_t)handler,
        .selector = SELECTOR_CODE,
        .ist = ist,
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(handler >> 16),
        .offset_high = (uint32_t)(handler >> 32),
    };
}

static void gdt_load(struct trap_tables *tables)
{
    struct trap_task_state *task = &tables->task;
    uint64_t base = (uint64_t)task, *gdt = tables->gdt;
    task->ist[IST_COMMON - 1] = (uint64_t)(tables->stack_common + sizeof tables->stack_common);
    task->ist[IST_LAST - 1] = (uint64_t)(tables->stack_last + sizeof tables->stack_last);
    task->io_map = sizeof *task;
    gdt[1] = 0x00af9b000000ffff;
    gdt[2] = 0x00cf93000000ffff;
    gdt[3] =
        (sizeof *task - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
    gdt[4] = base >> 32;
    struct table_pointer pointer = {sizeof tables->gdt - 1, (uint64_t)gdt};
    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TASK));
}

void trap_init_processor(struct trap_tables *tables)
{
    struct table_pointer pointer = {sizeof idt - 1, (uint64_t)idt};
    gdt_load(tables);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

void trap_init(void)
{
    for (unsigned vector = 0; vector < EXCEPTIONS; vector++)
        gate_set(vector, (uint64_t)trap_vectors + vector * 16, IST_COMMON);
    idt[VECTOR_NMI].ist = IST_LAST;
    idt[VECTOR_DOUBLE_FAULT].ist = IST_LAST;
    gate_set(INTERRUPT_VECTOR_DEVICE, (uint64_t)interrupt_wake, IST_COMMON);
    gate_set(INTERRUPT_VECTOR_TIMER, (uint64_t)interrupt_timer, IST_COMMON);
    gate_set(INTERRUPT_VECTOR_POWER, (uint64_t)interrupt_power, IST_COMMON);
    gate_set(INTERRUPT_VECTOR_SPURIOUS, (uint64_t)interrupt_spurious, IST_COMMON);
    trap_init_processor(&boot_tables);
}

static bool on_stack(uint64_t address)
{
    return address % 8 == 0 && address >= (uint64_t)image_stack_guard + 4096 &&
           address + 16 <= (uint64_t)image_stack_top;
}

static bool in_text(uint64_t address)
{
    return address >= (uint64_t)image_start && address < (uint64_t)image_rodata;
}

void trap_backtrace(uint64_t rip, uint64_t rbp)
{
    console_printf("backtrace (addr2line -fe build/guest/%s.debug ...):\n", payload_name);
    if (rip)
        console_printf("  %016lx\n", rip);
    for (int depth = 0; depth < 32 && on_stack(rbp); depth++) {
        const uint64_t *frame = (const uint64_t *)rbp;
        if (!in_text(frame[1]) || frame[0] <= rbp)
            break;
        console_printf("  %016lx\n", frame[1] - 1); // in the call: perhaps a function's last
        rbp = frame[0];
    }
}

static const char *exception_name(uint64_t vector)
{
    static const char *const names[] = {
        [0] = "divide error",   [1] = "debug",        [2] = "NMI",
        [3] = "breakpoint",     [4] = "overflow",     [6] = "invalid opcode",
        [8] = "double fault",   [12] = "stack fault", [13] = "general protection",
        [14] = "page fault",    [16] = "x87 error",   [17] = "alignment check",
        [18] = "machine check", [19] = "SIMD error",
    };
    const size_t count = sizeof names / sizeof names[0];
    return vector < count && names[vector] ? names[vector] : "exception";
}

static void page_fault_explain(const struct trap_frame *frame, uint64_t address)
{
    uint64_t guard = (uint64_t)image_stack_guard;
    const char *verb = frame->error & 16 ? "execute" : frame->error & 2 ? "write" : "read";
    const char *what = address < 4096                               ? "a null pointer"
                       : address >= guard && address < guard + 4096 ? "the stack's guard: overflow"
                       : frame->error & 1                           ? "a protected page"
                                                                    : "an unmapped page";
    console_printf("%s at %p: %s\n", verb, (void *)address, what);
}

_Noreturn void trap_report(const struct trap_frame *frame)
{
    static bool reporting;
    if (reporting)
        machine_exit(MACHINE_PANIC);
    reporting = true;
    uint64_t cr2;
    __asm__ volatile("mov %%cr2, %0" : "=r"(cr2));
    console_printf("\nexception %lu (%s), error %lx\n", frame->vector,
                   exception_name(frame->vector), frame->error);
    if (frame->vector == VECTOR_PAGE_FAULT)
        page_fault_explain(frame, cr2);
    console_printf("rip %016lx rsp %016lx rbp %016lx flags %08lx\n"
                   "rax %016lx rbx %016lx rcx %016lx rdx %016lx\n"
                   "rsi %016lx rdi %016lx r8  %016lx r9  %016lx\n"
                   "r10 %016lx r11 %016lx r12 %016lx r13 %016lx\n"
                   "r14 %016lx r15 %016lx cr2 %016lx\n",
                   frame->rip, frame->rsp, frame->rbp, frame->rflags, frame->rax, frame->rbx,
                   frame->rcx, frame->rdx, frame->rsi, frame->rdi, frame->r8, frame->r9, frame->r10,
                   frame->r11, frame->r12, frame->r13, frame->r14, frame->r15, cr2);
    trap_backtrace(frame->rip, frame->rbp);
    machine_exit(MACHINE_PANIC);
}
