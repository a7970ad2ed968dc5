/* Application processors; see processor.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "processor.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "acpi.h"
#include "console.h"
#include "cpu.h"
#include "interrupt.h"
#include "memory.h"
#include "panic.h"
#include "processor_interrupt.h"
#include "pvh.h"
#include "time.h"
#include "trap.h"

#define TRAMPOLINE  0x8000ul /* low memory is nobody's once the kernel has started (memory.h) */
#define STACK_BYTES 16384
#define START_NS    1000000000ull /* long for a processor that is there */

enum state { ABSENT, IDLE, TAKEN, BUSY };

struct processor {
    unsigned number; /* first: %gs:0 */
    enum state state;
    uint8_t apic_id;
    struct processor_job job;
    struct trap_tables tables;
    uint8_t stack[STACK_BYTES] __attribute__((aligned(16)));
};

extern const char processor_trampoline[], processor_trampoline_end[];
extern const char boot_thread[];
_Noreturn void processor_main(unsigned number);
_Noreturn void processor_switch(void *stack, void *argument, void (*code)(void *));

void *processor_stack_top[PROCESSORS_MAX]; /* for processor_start.S */
unsigned processors_started = 1;

static struct processor *processors[PROCESSORS_MAX];
static struct processor boot_processor;

unsigned processor_count(void)
{
    static unsigned count;
    if (count == 0) {
        count = acpi_processors(pvh_start_info->rsdp_paddr);
        count = count < 1 ? 1 : count > PROCESSORS_MAX ? PROCESSORS_MAX : count;
    }
    return count;
}

static bool started(void)
{
    return processors[0] != NULL;
}

unsigned processor_self(void)
{
    unsigned number = 0;
    if (started())
        __asm__("mov %%gs:0, %0" : "=r"(number));
    return number;
}

static void set_self(struct processor *processor)
{
    cpu_msr_write(MSR_GS_BASE, (uint64_t)processor);
}

static enum state state_of(struct processor *processor)
{
    return __atomic_load_n(&processor->state, __ATOMIC_ACQUIRE);
}

static void state_set(struct processor *processor, enum state state)
{
    __atomic_store_n(&processor->state, state, __ATOMIC_RELEASE);
}

void processor_wait(void)
{
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

void processor_wake(unsigned number)
{
    processor_interrupt_wake(processors[number]->apic_id);
}

static void job_enter(void *argument)
{
    struct processor_job *job = argument;
    job->code(job->argument);
    processor_leave();
}

/* Between jobs, on the processor's own stack. */
static _Noreturn void idle(void *argument)
{
    struct processor *self = argument;
    cpu_msr_write(MSR_FS_BASE, (uint64_t)boot_thread);
    // Who waits for this end may have the next job at hand: it finds the processor free by then.
    const struct processor_job job = self->job;
    state_set(self, IDLE);
    if (job.ended)
        job.ended(job.ended_argument);
    while (state_of(self) != BUSY)
        processor_wait();
    cpu_msr_write(MSR_FS_BASE, (uint64_t)self->job.thread_pointer);
    processor_switch(self->job.stack, &self->job, job_enter);
}

_Noreturn void processor_leave(void)
{
    struct processor *self = processors[processor_self()];
    processor_switch(self->stack + sizeof self->stack, self, idle);
}

_Noreturn void processor_main(unsigned number)
{
    struct processor *self = processors[number];
    cpu_init();
    trap_init_processor(&self->tables);
    interrupt_init_processor();
    set_self(self);
    self->apic_id = processor_interrupt_id();
    idle(self);
}

static void prepare(unsigned number)
{
    const size_t pages = (sizeof(struct processor) + PAGE_SIZE - 1) / PAGE_SIZE;
    struct processor *processor = page_alloc(pages);
    if (!processor)
        return;
    memset(processor, 0, sizeof *processor);
    processor->number = number;
    processors[number] = processor;
    processor_stack_top[number] = processor->stack + sizeof processor->stack;
}

static unsigned count_idle(void)
{
    unsigned idle_now = 0;
    for (unsigned i = 1; i < processor_count(); i++)
        idle_now += processors[i] && state_of(processors[i]) == IDLE;
    return idle_now;
}

static void start_all(void)
{
    unsigned others = processor_count() - 1;
    boot_processor.state = BUSY;
    boot_processor.apic_id = processor_interrupt_id();
    set_self(&boot_processor);
    processors[0] = &boot_processor;
    if (others == 0)
        return;
    for (unsigned i = 1; i <= others; i++)
        prepare(i);
    memcpy((void *)TRAMPOLINE, processor_trampoline,
           (uintptr_t)processor_trampoline_end - (uintptr_t)processor_trampoline);
    processor_interrupt_start_others(TRAMPOLINE);
    uint64_t deadline_ns = time_monotonic_ns() + START_NS;
    while (count_idle() < others && time_monotonic_ns() < deadline_ns)
        __builtin_ia32_pause();
    if (count_idle() < others)
        console_printf("processor: only %u of %u have started\n", count_idle() + 1, others + 1);
}

bool processor_run(const struct processor_job *job)
{
    if (!started())
        start_all();
    for (unsigned i = 1; i < processor_count(); i++) {
        enum state expected = IDLE;
        if (!processors[i] ||
            !__atomic_compare_exchange_n(&processors[i]->state, &expected, TAKEN, false,
                                         __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            continue;
        processors[i]->job = *job;
        state_set(processors[i], BUSY);
        processor_wake(i);
        return true;
    }
    return false;
}
