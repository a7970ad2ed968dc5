# thrice: one Makefile, non-recursive; every output is under build/.
#
#   make        builds everything (no root needed once the packages are there)
#   make run    installs what is missing, builds, runs a short oslo study
#   make test   installs what is missing, builds, runs every test
#   make help   lists the targets

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

B := build
comma := ,
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

CC := gcc
MUSL_GCC := musl-gcc
MUSL_LIB := /usr/lib/x86_64-linux-musl

WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
            -Wpointer-arith -Wwrite-strings -Wundef -Wvla
DEPENDENCIES = -MD -MP # with system headers: lwipopts.h is seen through those of lwIP

PAYLOADS := web udp cpu memory disk

.PHONY: all payloads guest images host
all: payloads guest images host ## build everything but the full VM and the reference servers; no root needed

# ---- packages ---------------------------------------------------------------------------
.PHONY: setup setup-test
setup: ## install the Debian packages of images/packages that are missing
	@images/install-packages images/packages Building Running

setup-test: ## the same with what the tests need
	@images/install-packages images/packages Building Running Testing

# ---- lwIP's sources: Debian's source package, verified by apt, unpacked under build/ -------
LWIP := $(B)/lwip/src
LWIP_STAMP := $(B)/lwip/.unpacked
$(LWIP_STAMP): images/fetch-lwip
	images/fetch-lwip $(B)/lwip
	@touch $@

# ---- payloads: compiled once against musl, the same object for every environment -----------
# Unwind tables for debuggers alone: not loaded. Frame pointers, so that the unikernel's backtraces
# cross the payload; one set of flags for all environments.
PAYLOAD_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -fno-pie -fno-asynchronous-unwind-tables -fno-omit-frame-pointer \
                  -fstack-protector-strong -ffunction-sections -fdata-sections $(WARNINGS)
payloads: $(PAYLOADS:%=$(B)/payload/%.o) $(PAYLOADS:%=$(B)/payload/%)

# What each is made of, in guest/payload/.
PARTS_http := http_request http_answer http_connection http_server
PARTS_web  := web $(PARTS_http)
PARTS_udp  := udp
PARTS_jobs := job query sample team $(PARTS_http)
PARTS_cpu  := cpu primes linear $(PARTS_jobs)
PARTS_memory := memory move stream cache $(PARTS_jobs)
PARTS_disk := disk pattern job query sample $(PARTS_http)
payload_parts = $(PARTS_$(1):%=$(B)/payload/parts/%.o)

$(B)/payload/parts/%.o: guest/payload/%.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(PAYLOAD_CFLAGS) $(DEPENDENCIES) -c $< -o $@

# One object, of which only main can be seen: its names cannot meet those of a kernel.
define payload_rule
$(B)/payload/$(1).o: $(call payload_parts,$(1))
	$(LD) -r $$(filter %.o,$$^) -o $$@
	objcopy --keep-global-symbol=main $$@
endef
$(foreach payload,$(PAYLOADS),$(eval $(call payload_rule,$(payload))))

$(B)/payload/%: $(B)/payload/%.o
	$(MUSL_GCC) -static -no-pie -Wl,--gc-sections $< -o $@

# ---- the unikernel: kernel, virtio, net, posix, lwIP, musl and one payload ------------------
# Each folder's include path is what design allows it to use, and no more.
GUEST_CFLAGS := -std=gnu11 -O2 -g -fno-pie -mno-red-zone -mgeneral-regs-only -fno-omit-frame-pointer \
                -fstack-protector-strong -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
                -falign-functions=1 -falign-jumps=1 -falign-loops=1 -falign-labels=1 \
                $(WARNINGS)
GUEST_INCLUDES_kernel := -iquote guest/kernel
GUEST_INCLUDES_virtio := $(GUEST_INCLUDES_kernel) -iquote guest/virtio
GUEST_INCLUDES_net    := $(GUEST_INCLUDES_virtio) -iquote net -isystem $(LWIP)/include
GUEST_INCLUDES_posix  := $(GUEST_INCLUDES_net) -iquote guest/posix

guest_objects = $(patsubst %,$(B)/guest/%.o,$(basename $(wildcard $(1)/*.c $(1)/*.S)))
KERNEL_OBJECTS := $(call guest_objects,guest/kernel)
VIRTIO_OBJECTS := $(call guest_objects,guest/virtio)
NET_OBJECTS    := $(call guest_objects,net)
POSIX_OBJECTS  := $(call guest_objects,guest/posix)
TRACE_OBJECTS  := $(call guest_objects,guest/trace)

$(KERNEL_OBJECTS): GUEST_INCLUDES := $(GUEST_INCLUDES_kernel)
$(VIRTIO_OBJECTS): GUEST_INCLUDES := $(GUEST_INCLUDES_virtio)
$(NET_OBJECTS):    GUEST_INCLUDES := $(GUEST_INCLUDES_net)
$(POSIX_OBJECTS) $(TRACE_OBJECTS): GUEST_INCLUDES := $(GUEST_INCLUDES_posix)
$(NET_OBJECTS) $(POSIX_OBJECTS) $(TRACE_OBJECTS): $(LWIP_STAMP)

# What no request passes through is compiled for size. Nothing is aligned: that is 6 KB of padding.
COLD_FILES := $(addprefix guest/kernel/,acpi acpi_processors cmdline console cpu main memory page panic power random trap) \
              $(addprefix guest/virtio/,pci virtio virtio_mmio virtio_pci virtio_pci_legacy virtio_pci_modern virtio_rng) \
              $(addprefix net/,address fragment_checksum fragment_limit icmp_limit neighbour net net_limits net_report tcp_half_open tcp_orphan) \
              $(addprefix guest/posix/,console_file limit mapping process signal socket_option socket_option_get start syscall system tcp_option tcp_option_get) \
              $(addprefix lwip/core/,init netif ipv4/dhcp ipv4/icmp ipv4/ip4_frag \
                          ipv6/icmp6 ipv6/ip6_addr ipv6/ip6_frag ipv6/mld6 ipv6/nd6)
$(COLD_FILES:%=$(B)/guest/%.o): GUEST_CFLAGS += -Os

$(B)/guest/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(GUEST_CFLAGS) $(GUEST_INCLUDES) $(DEPENDENCIES) -c $< -o $@

$(B)/guest/%.o: %.S $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(GUEST_INCLUDES) $(DEPENDENCIES) -g -c $< -o $@

# lwIP as it comes, with our lwipopts.h and arch/; memp.c is ours (net/), its sys_arch unused.
LWIP_FILES := core/def core/inet_chksum core/init core/ip core/mem core/netif core/pbuf \
              core/raw core/stats core/tcp core/tcp_in core/tcp_out core/timeouts core/udp \
              core/ipv4/dhcp core/ipv4/etharp core/ipv4/icmp \
              core/ipv4/ip4 core/ipv4/ip4_addr core/ipv4/ip4_frag \
              core/ipv6/ethip6 core/ipv6/icmp6 core/ipv6/inet6 core/ipv6/ip6 \
              core/ipv6/ip6_addr core/ipv6/ip6_frag core/ipv6/mld6 core/ipv6/nd6 \
              netif/ethernet
LWIP_OBJECTS := $(LWIP_FILES:%=$(B)/guest/lwip/%.o)
$(LWIP_OBJECTS): $(B)/guest/lwip/%.o: $(LWIP_STAMP) $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(filter-out -W%,$(GUEST_CFLAGS)) -Wall $(GUEST_INCLUDES_net) $(DEPENDENCIES) \
	    -c $(LWIP)/$*.c -o $@

# The calls: a library, from which each image takes what its payload calls (guest/posix/result.h).
$(B)/guest/posix.a: $(POSIX_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

# musl traps with `hlt` (a_crash), which does not fault in ring 0: a copy of libc.a with int3,
# and without what posix.a has.
$(B)/guest/libc.a: $(MUSL_LIB)/libc.a $(B)/guest/posix.a linker/hlt-to-int3 linker/replace-members
	@mkdir -p $(@D)
	linker/hlt-to-int3 $< $@
	linker/replace-members $@ $(B)/guest/posix.a

# What of lwIP is ours instead, wherever another of its files calls it (net/tcp_demux.c,
# net/tcp_split.c, net/fragment_checksum.c, net/fragment_limit.c): by the file that defines it. By the
# preprocessor: the linker's --wrap knows only of calls between objects.
REPLACED_tcp      := tcp_tmr tcp_netif_ip_addr_changed
REPLACED_tcp_in   := tcp_input
REPLACED_tcp_out  := tcp_split_unsent_seg
REPLACED_ip4_frag := ip4_frag ip4_reass
REPLACED_ip6_frag := ip6_frag ip6_reass
REPLACED_nd6      := nd6_get_destination_mtu
LWIP_REPLACED := $(foreach file,$(LWIP_FILES),$(REPLACED_$(notdir $(file))))
define replaced_rule
$(B)/guest/lwip/$(1).o: GUEST_CFLAGS += $(foreach f,$(filter-out $(REPLACED_$(notdir $(1))),$(LWIP_REPLACED)),-D$(f)=__wrap_$(f))
endef
$(foreach file,$(LWIP_FILES),$(eval $(call replaced_rule,$(file))))
$(NET_OBJECTS): GUEST_CFLAGS += $(foreach f,$(LWIP_REPLACED),-D__real_$(f)=$(f))

# The way of a frame, compiled as one object: what is inlined is neither called nor returned from,
# and under TCG each return, and each call that leaves its page, has QEMU search for what to run.
WAY_OBJECTS := $(NET_OBJECTS) $(LWIP_OBJECTS) $(addprefix $(B)/guest/guest/virtio/,virtqueue.o virtio_net.o)
$(WAY_OBJECTS): GUEST_CFLAGS += -flto -ffat-lto-objects --param max-inline-insns-auto=11
$(WAY_OBJECTS): Makefile # which decides what calls what
$(B)/guest/way.o: $(WAY_OBJECTS)
	$(CC) $(GUEST_CFLAGS) -flto -flto-partition=one -nostdlib -r -flinker-output=nolto-rel $^ -o $@

APART_OBJECTS := $(KERNEL_OBJECTS) $(VIRTIO_OBJECTS) $(NET_OBJECTS) $(LWIP_OBJECTS)
GUEST_OBJECTS := $(filter-out $(WAY_OBJECTS),$(APART_OBJECTS)) $(B)/guest/way.o

guest: $(PAYLOADS:%=$(B)/images/%.elf)

$(B)/guest/name/%.o: $(B)/flags
	@mkdir -p $(@D)
	echo 'extern const char payload_name[]; const char payload_name[] = "$*";' \
	    | $(MUSL_GCC) $(GUEST_CFLAGS) -x c -c - -o $@

# $(1): the program's object, $(2): its name, $(3): what else is to be linked
link_unikernel = $(CC) -fno-lto -nostdlib -static -no-pie -Wl,--gc-sections,--build-id=none,-z,noexecstack \
	    -Wl,--nmagic,--no-warn-rwx-segments \
	    -T linker/unikernel.ld \
	    $(B)/guest/name/$(2).o $(GUEST_OBJECTS) $(1) \
	    -Wl,--start-group $(3) $(B)/guest/posix.a $(B)/guest/libc.a -lgcc -Wl,--end-group -Wl,-Map=$(B)/guest/$(2).map -o $@

$(B)/guest/%.debug: $(B)/payload/%.o $(B)/guest/name/%.o $(GUEST_OBJECTS) $(B)/guest/libc.a linker/unikernel.ld
	$(call link_unikernel,$<,$*)

$(B)/images/%.elf: $(B)/guest/%.debug
	@mkdir -p $(@D)
	objcopy --strip-all $< $@

# The same objects once more, with a line on the console for each step of a packet (guest/trace/):
# its functions stand in the place of these, wherever one object calls another.
TRACED := virtqueue_take virtqueue_add virtqueue_publish receive_buffer_next transmit_queue_add \
          ip4_input ip6_input ip4_output_if ip6_output_if etharp_input file_raise tcp_socket_receive \
          tcp_socket_send epoll_wait accept4 recv send close recvfrom sendto
$(B)/guest/trace.a: $(TRACE_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/guest/%.trace.debug: private GUEST_OBJECTS := $(APART_OBJECTS)
$(B)/guest/%.trace.debug: $(B)/payload/%.o $(B)/guest/name/%.o $(APART_OBJECTS) $(B)/guest/libc.a $(B)/guest/trace.a linker/unikernel.ld
	$(call link_unikernel,$<,$*,$(TRACED:%=-Wl,--wrap=%) $(B)/guest/trace.a)

guest: $(PAYLOADS:%=$(B)/images/%.trace.elf)

# ---- UEFI: a loader on gnu-efi that carries the very same ELF, and a disk to boot it from --------
GNU_EFI := /usr/lib
UEFI_CFLAGS := -std=gnu11 -O2 -g -fpic -ffreestanding -fshort-wchar -fno-stack-protector -mno-red-zone \
               -mgeneral-regs-only -maccumulate-outgoing-args -DGNU_EFI_USE_MS_ABI $(WARNINGS) \
               -iquote guest/uefi -iquote guest/kernel -isystem /usr/include/efi -isystem /usr/include/efi/x86_64
UEFI_OBJECTS := $(patsubst %,$(B)/%.o,$(filter-out guest/uefi/image_file,$(basename $(wildcard guest/uefi/*.c guest/uefi/*.S))))

$(B)/guest/uefi/%.o: guest/uefi/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(UEFI_CFLAGS) $(DEPENDENCIES) -c $< -o $@

$(B)/guest/uefi/%.o: guest/uefi/%.S $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(UEFI_CFLAGS) $(DEPENDENCIES) -c $< -o $@

$(B)/guest/uefi/image/%.o: guest/uefi/image_file.S $(B)/images/%.elf
	@mkdir -p $(@D)
	$(CC) -DIMAGE_FILE='"$(B)/images/$*.elf"' -c $< -o $@

# A UEFI program is a PE file that relocates itself: linked as a shared object, then converted.
$(B)/guest/uefi/%.so: $(B)/guest/uefi/image/%.o $(UEFI_OBJECTS)
	$(LD) -nostdlib -shared -Bsymbolic -znocombreloc -znoexecstack -T $(GNU_EFI)/elf_x86_64_efi.lds \
	    $(GNU_EFI)/crt0-efi-x86_64.o $^ -L $(GNU_EFI) -lefi -lgnuefi -o $@

$(B)/images/%.efi: $(B)/guest/uefi/%.so
	objcopy -j .text -j .sdata -j .data -j .dynamic -j .dynsym -j .rel -j .rela -j .reloc \
	    --target=efi-app-x86_64 $< $@

$(B)/images/%.img: images/uefi/pack $(B)/images/%.efi
	images/uefi/pack $(B)/images/$*.efi "hostname=$* --" $@

guest: $(PAYLOADS:%=$(B)/images/%.img)

# The smallest guest, for the driver's look at the accelerator and for the benchmarks' floor.
guest: $(B)/images/probe.elf
$(B)/images/probe.elf: guest/probe/probe.S
	@mkdir -p $(@D)
	$(CC) -nostdlib -static -no-pie -Wl,--build-id=none,-z,noexecstack,-Ttext=0x100000,-e,probe_start $< -o $@

# ---- images: microVM kernel and initramfs, OCI bundles --------------------------------------
images: $(B)/images/vmlinux $(PAYLOADS:%=$(B)/images/%.microvm.cpio) $(PAYLOADS:%=$(B)/images/%.oci/config.json)
images: $(PAYLOADS:%=$(B)/images/%.vm.ext4) $(PAYLOADS:%=$(B)/images/%.oci.tar)

# Debian's cloud kernel, downloaded and unpacked, not installed.
LINUX := $(B)/linux
LINUX_STAMP := $(LINUX)/version
$(LINUX_STAMP): images/fetch-linux
	images/fetch-linux $(LINUX)

$(B)/images/vmlinux: $(LINUX_STAMP)
	@mkdir -p $(@D)
	ln -f $(LINUX)/vmlinux $@
	@touch $@

$(B)/microvm/init: images/microvm/init.c
	@mkdir -p $(@D)
	$(MUSL_GCC) -std=c11 -O2 $(WARNINGS) -static -no-pie $< -o $@

MODULES_disk := virtio_blk # what it needs beside the network device
$(B)/images/%.microvm.cpio: images/microvm/pack $(B)/microvm/init $(B)/payload/% $(LINUX_STAMP)
	@mkdir -p $(@D)
	images/microvm/pack $(LINUX) $(B)/microvm/init $(B)/payload/$* $@ $(MODULES_$*)

$(B)/images/%.oci/config.json: images/oci/config.json $(B)/payload/%
	@mkdir -p $(@D)/rootfs/dev $(@D)/rootfs/proc
	install $(B)/payload/$* $(@D)/rootfs/$*
	sed 's/@PAYLOAD@/$*/' $< > $@

# The same root file system as an image archive, for engines that want one, and for people.
LISTENS_udp := 8081/udp
$(B)/images/%.oci.tar: images/oci/archive $(B)/images/%.oci/config.json
	images/oci/archive $* $(or $(LISTENS_$*),80/tcp) $(B)/images/$*.oci $@

# ---- the full VM: Debian 12 on a disk that all VMs share, and a disk for each payload ---------
# Not part of `all`: it takes a minute, and 400 MB; nor are the reference servers.
.PHONY: vm reference
reference: ## build the reference servers, nginx and Apache, from Debian's packages
	@images/install-packages images/packages Building VM
	@$(MAKE) --no-print-directory $(B)/images/nginx.oci/config.json $(B)/images/apache.oci/config.json

$(B)/images/nginx.oci/config.json: PACKAGE := nginx
$(B)/images/apache.oci/config.json: PACKAGE := apache2
$(B)/images/nginx.oci/config.json $(B)/images/apache.oci/config.json: $(B)/images/%.oci/config.json: \
    images/reference/build images/reference/config.json $(shell find images/reference/root -type f)
	images/reference/build $* $(PACKAGE) $(@D)

vm: ## build the full VM, Debian 12, from Debian's packages
	@images/install-packages images/packages Building VM
	@$(MAKE) --no-print-directory $(B)/vm/contents

$(B)/vm-end: images/vm/end.c
	@mkdir -p $(@D)
	$(MUSL_GCC) -std=c11 -O2 $(WARNINGS) -static -no-pie -s $< -o $@

$(B)/vm/contents: $(B)/vm-end images/vm/build $(shell find images/vm/root images/reference/root -type f)
	images/vm/build $< $(@D)

$(B)/images/%.vm.ext4: images/vm/pack $(B)/payload/%
	@mkdir -p $(@D)
	images/vm/pack $(B)/payload/$* $@

# ---- the driver -----------------------------------------------------------------------------
HOST_CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE -DTHRICE_VERSION='"$(VERSION)"' -Ihost
HOST_LIBS := -lconfig -ljansson -lmnl -lnettle -lm
HOST_SOURCES := $(wildcard host/*.c host/*/*.c)
HOST_OBJECTS := $(HOST_SOURCES:%.c=$(B)/%.o)
$(B)/host/report/html_style.o: host/report/report.css

STUDIES := $(patsubst host/study/%.cfg,$(B)/studies/%.cfg,$(wildcard host/study/*.cfg))
host: $(B)/thrice $(STUDIES)

$(B)/studies/%.cfg: host/study/%.cfg
	@mkdir -p $(@D)
	cp $< $@

$(B)/host/%.o: host/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(DEPENDENCIES) -c $< -o $@

# Those that tell the version are compiled again when it changes.
$(B)/host/main.o $(B)/host/study/manifest.o: $(B)/version
.PHONY: FORCE
$(B)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@

$(B)/thrice: $(HOST_OBJECTS)
	$(CC) $^ -lvirt -lvirt-qemu $(HOST_LIBS) -o $@

# ---- tests ----------------------------------------------------------------------------------
.PHONY: test check-format check-static test-unit test-guest test-packet test-e2e
test: setup-test ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory check-format check-static test-unit fuzz test-guest test-packet test-e2e

SOURCES = $(shell git ls-files '*.c' '*.h')

check-format: ## the formatter's opinion of every source
	clang-format --dry-run -Werror $(SOURCES)

check-static: ## cppcheck on everything, clang-tidy on the driver
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
	    --suppressions-list=.cppcheck --include=/usr/include/jansson.h -j2 -I host guest/kernel guest/trace guest/uefi guest/virtio guest/posix net host
	@# One at a time: clang-tidy 14 loses count of va_start() from one file to the next.
	printf '%s\n' $(HOST_SOURCES) | xargs -P2 -I{} clang-tidy --quiet {} -- $(HOST_CFLAGS) 2>/dev/null

# A unit test names, in its first line, the sources it is linked with, and may name flags in the
# second.
TCP_SOURCES := $(addprefix net/,tcp_demux.c tcp_recovery.c tcp_table.c tcp_time_wait.c tcp_orphan.c tcp_half_open.c isn.c siphash.c \
                                memp.c net_limits.c heap.c slab.c checksum.c clock.c icmp_limit.c) $(B)/tests/unit/lwip.a
UNIT_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -D_GNU_SOURCE -Ihost -iquote guest/kernel \
               -iquote guest/virtio -iquote guest/uefi -iquote net -isystem $(LWIP)/include \
               -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
define unit_rule
$(B)/tests/unit/$(1): $(B)/flags tests/unit/$(1).c $(shell sed -n '1s,^// sources: ,,p' tests/unit/$(1).c)
	@mkdir -p $$(@D)
	$(CC) $(UNIT_CFLAGS) $$(filter %.c %.a,$$^) $(shell sed -n '2s,^// flags: ,,p' tests/unit/$(1).c) \
	    -lcmocka $(HOST_LIBS) -o $$@
endef
$(foreach test,$(notdir $(UNIT_TESTS)),$(eval $(call unit_rule,$(test))))
$(UNIT_TESTS): | $(LWIP_STAMP)

# lwIP once for all of them that stand on it.
LWIP_UNIT_OBJECTS := $(LWIP_FILES:%=$(B)/tests/unit/lwip/%.o)
$(LWIP_UNIT_OBJECTS): $(B)/tests/unit/lwip/%.o: $(LWIP_STAMP) $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) $(DEPENDENCIES) -c $(LWIP)/$*.c -o $@

$(B)/tests/unit/lwip.a: $(LWIP_UNIT_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

test-unit: $(UNIT_TESTS) ## unit tests, under ASan and UBSan
	@for test in $(sort $^); do echo "== $$test"; $$test || exit 1; done

# A fuzz target names its sources as a unit test does. Short runs, from nothing but a seed of ours.
FUZZ_SECONDS := 10
FUZZ_TESTS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
define fuzz_rule
$(B)/tests/fuzz/$(1): tests/fuzz/$(1).c $(shell sed -n '1s,^// sources: ,,p' tests/fuzz/$(1).c)
	@mkdir -p $$(@D)
	clang -std=gnu11 -O1 -g -D_GNU_SOURCE -Ihost -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all $$(filter %.c,$$^) -lconfig -ljansson -o $$@
endef
$(foreach test,$(FUZZ_TESTS),$(eval $(call fuzz_rule,$(test))))

.PHONY: fuzz
fuzz: $(FUZZ_TESTS:%=$(B)/tests/fuzz/%) ## the parsers, each fed by libFuzzer for some seconds
	@for test in $^; do mkdir -p $$test.corpus; \
	    $$test -max_total_time=$(FUZZ_SECONDS) -timeout=60 -verbosity=0 -print_final_stats=1 \
	        -artifact_prefix=$$test. $$test.corpus tests/fuzz/$${test##*/}.seeds || exit 1; done

# A guest test is an ordinary program, linked like a payload and booted.
GUEST_TESTS := $(patsubst tests/guest/%.c,%,$(wildcard tests/guest/*.c))
$(B)/tests/guest/%.o: tests/guest/%.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(PAYLOAD_CFLAGS) $(DEPENDENCIES) -c $< -o $@

$(B)/tests/guest/%.elf: $(B)/tests/guest/%.o $(B)/guest/name/%.o $(GUEST_OBJECTS) $(B)/guest/libc.a linker/unikernel.ld
	$(call link_unikernel,$<,$*)

# $(1): spread or all
define run_matrices
tests/guest/run-matrix $(1) tests/guest/matrix -kernel $(B)/images/web.elf -append "ip=10.0.2.15/24 gw=10.0.2.2 --"
	tests/guest/run-matrix $(1) tests/guest/matrix-uefi -bios /usr/share/ovmf/OVMF.fd
endef

.PHONY: test-matrix
test-matrix: guest host ## web on every machine of the matrix; make test has a spread of it
	$(call run_matrices,all)

# The payloads once more, on a NIC made of memory with a scripted client behind it.
PROFILE_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/profile/*.c))
PROFILE_IMAGES := $(B)/tests/profile/web.elf $(B)/tests/profile/udp.elf
PROFILE_WRAP := -Wl,--wrap=virtio_mmio_scan,--wrap=interrupt_wait,--wrap=cmdline_refuse_unknown
$(PROFILE_OBJECTS): $(B)/tests/profile/%.o: tests/profile/%.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(GUEST_CFLAGS) -D_GNU_SOURCE $(GUEST_INCLUDES_virtio) $(DEPENDENCIES) -c $< -o $@

$(PROFILE_IMAGES): $(B)/tests/profile/%.elf: $(B)/payload/%.o $(B)/guest/name/%.o $(PROFILE_OBJECTS) $(GUEST_OBJECTS) $(B)/guest/libc.a linker/unikernel.ld
	$(call link_unikernel,$(PROFILE_OBJECTS) $(PROFILE_WRAP) $<,$*)

.PHONY: profile
profile: $(PROFILE_IMAGES) ## guest instructions, notifications, interrupts and halts for each request
	tests/profile/run

test-guest: $(GUEST_TESTS:%=$(B)/tests/guest/%.elf) $(PROFILE_IMAGES) guest ## booted under QEMU: the kernel's rules, the matrix of machines
	tests/guest/run-programs $(B)/tests/guest tests/guest
	tests/guest/run-block $(B)/tests/guest/block.elf
	$(call run_matrices,spread)
	tests/guest/run-bad-input tests/guest/bad-input $(B)/images/web.elf
	tests/guest/run-netdev $(B)/images/web.elf
	tests/guest/run-power $(B)/images
	tests/profile/run --guard

# Scripts of packets, each played against a guest of its own.
PACKET_SOURCES := $(addprefix tests/packet/,dhcp.c frame.c wire.c script.c play.c packet.c)
$(B)/tests/packet/packet: $(PACKET_SOURCES) $(wildcard tests/packet/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE $(PACKET_SOURCES) -o $@

$(B)/tests/packet/%.o: tests/packet/%.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(PAYLOAD_CFLAGS) $(DEPENDENCIES) -c $< -o $@

$(B)/tests/packet/%.elf: $(B)/tests/packet/%.o $(B)/guest/name/%.o $(GUEST_OBJECTS) $(B)/guest/libc.a linker/unikernel.ld
	$(call link_unikernel,$< -Wl$(comma)--wrap=machine_exit,$*)

test-packet: guest $(B)/tests/packet/packet $(B)/tests/packet/actor.elf ## the protocols, segment by segment, against booted guests
	tests/packet/run $(B)/tests/packet $(B)/images

# Clients that ask of a running server all that a payload promises.
E2E_CLIENTS := $(B)/tests/e2e/web_conformance $(B)/tests/e2e/udp_conformance
$(B)/tests/e2e/web_conformance: tests/e2e/http_client.c
$(E2E_CLIENTS): $(B)/tests/e2e/%: tests/e2e/%.c tests/e2e/http_client.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g $(WARNINGS) $(filter %.c,$^) -o $@

# The driver's cgroups, on a kernel with version 2: process 1 of a guest.
CGROUP_V2_SOURCES := tests/e2e/cgroup_v2_init.c host/environment/cgroup_place.c host/environment/cgroup_tree.c \
                     host/environment/cgroup_limit.c host/measure/cgroup_usage.c host/measure/process.c \
                     host/measure/procfile.c host/error.c
$(B)/tests/e2e/cgroup_v2_init: $(CGROUP_V2_SOURCES) host/environment/cgroup_place.h host/environment/cgroup_tree.h
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) -static $(CGROUP_V2_SOURCES) -o $@

# The server once more, for the compiler to watch while noise is thrown at it.
$(B)/tests/e2e/web-sanitized: $(PARTS_web:%=guest/payload/%.c)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O1 -g $(WARNINGS) -fsanitize=address,undefined -fno-sanitize-recover=all $^ -o $@

$(B)/tests/e2e/relay: tests/e2e/relay.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE $< -o $@

.PHONY: lossy
LOSSY := $(B)/tests/e2e/relay $(B)/tests/packet/actor.elf
lossy: guest $(LOSSY) ## 64 MiB each way over a wire that loses 1 and 5 %: some minutes
	tests/e2e/test_lossy 64

# Load of kinds that no common tool has.
BENCH_CLIENTS := $(patsubst %.c,$(B)/%,$(filter-out tests/bench/paired.c,$(wildcard tests/bench/*.c tests/soak/*.c)))
$(BENCH_CLIENTS): $(B)/%: %.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE $< -o $@

# What is measured in pairs, by the driver's statistics.
$(B)/tests/bench/paired: tests/bench/paired.c host/statistics/interval.c host/statistics/distribution.c host/statistics/sample.c host/prng.c host/error.c
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $^ -lm -o $@

# The image of web once more, which ends where it would wait for the first time.
$(B)/tests/e2e/boot_cost.o: tests/e2e/boot_cost.c $(B)/flags
	@mkdir -p $(@D)
	$(MUSL_GCC) $(PAYLOAD_CFLAGS) $(DEPENDENCIES) -c $< -o $@

$(B)/tests/e2e/boot_cost.elf: $(B)/payload/web.o $(B)/tests/e2e/boot_cost.o $(B)/guest/name/boot_cost.o $(GUEST_OBJECTS) $(B)/guest/libc.a linker/unikernel.ld
	$(call link_unikernel,$(B)/payload/web.o $(B)/tests/e2e/boot_cost.o -Wl$(comma)--wrap=epoll_wait,boot_cost)

test-e2e: all $(B)/tests/e2e/boot_cost.elf $(E2E_CLIENTS) $(LOSSY) $(B)/tests/e2e/cgroup_v2_init $(B)/tests/e2e/web-sanitized $(BENCH_CLIENTS) ## the real driver and images, driven as a person would
	tests/e2e/run $(B)/tests/e2e

.PHONY: run
run: setup ## install what is missing, build, run a short form of the oslo study
	@$(MAKE) --no-print-directory all
	@# A void study (5) is no failure of the build: the machine was busy, and the table says so.
	@$(B)/thrice run oslo --quick || { code=$$?; [ $$code -eq 5 ] || exit $$code; \
	    echo "Some runs stayed void, as counted above: the machine was busy. A quieter one gives them all." >&2; }
	@echo "The full study, 30 runs of 60 s each: $(B)/thrice run oslo" >&2

.PHONY: bench
bench: all $(BENCH_CLIENTS) ## figures and ratios, with their targets; ROUNDS=5, ROWS="keepalive16 echo1" for some
	ROUNDS="$(ROUNDS)" ROWS="$(ROWS)" tests/bench/run

.PHONY: bench-compute
bench-compute: all $(B)/tests/bench/paired ## cpu, memory, disk beside sysbench, bonnie++ and the microVM; ROUNDS=30, ROWS="cpu disk" for some
	@images/install-packages images/packages Benchmarking
	ROUNDS="$(ROUNDS)" ROWS="$(ROWS)" tests/bench/compute

.PHONY: soak
soak: all $(BENCH_CLIENTS) ## attacks of 30 s each, and a million connections; SECONDS_EACH=30 ATTACKS="syn rst" for some
	SECONDS_EACH="$(SECONDS_EACH)" ATTACKS="$(ATTACKS)" tests/soak/run

.PHONY: bench-start
bench-start: all ## what each container engine and libvirt add to a start; ROUNDS=5, CASES="microvm:libvirt" for some
	ROUNDS="$(ROUNDS)" CASES="$(CASES)" tests/bench/start

.PHONY: bench-load
bench-load: payloads host ## the load generator beside httperf and wrk: counts, medians, CPU a connection
	tests/bench/load

# ---- flags ------------------------------------------------------------------------------------
# What is compiled or linked otherwise than before is made again, as what tells the version is.
FLAGS := $(PAYLOAD_CFLAGS) $(GUEST_CFLAGS) $(COLD_FILES) $(LWIP_REPLACED) $(GUEST_INCLUDES_posix) $(call link_unikernel) \
         $(UEFI_CFLAGS) $(filter-out -DTHRICE_VERSION=%,$(HOST_CFLAGS)) $(UNIT_CFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

# ---- installation: the program with what it starts in one folder, a link to it in PATH ----------
PREFIX ?= /usr/local
DESTDIR ?=
INSTALLED := $(DESTDIR)$(PREFIX)/lib/thrice
SHARED := $(DESTDIR)$(PREFIX)/share
.PHONY: install deb test-deb
install: all ## into PREFIX (/usr/local), below DESTDIR; with manual page and completions
	install -d $(INSTALLED)/payload $(INSTALLED)/guest $(INSTALLED)/studies $(DESTDIR)$(PREFIX)/bin $(SHARED)/man/man1 $(SHARED)/doc/thrice \
	    $(SHARED)/bash-completion/completions $(SHARED)/zsh/site-functions
	install $(B)/thrice $(INSTALLED)/
	cp -a --no-preserve=ownership $(B)/images $(INSTALLED)/
	install -m 644 $(PAYLOADS:%=$(B)/payload/%.o) $(INSTALLED)/payload/
	install -m 644 $(PAYLOADS:%=$(B)/guest/%.debug) $(PAYLOADS:%=$(B)/guest/%.trace.debug) $(INSTALLED)/guest/
	install -m 644 $(STUDIES) $(INSTALLED)/studies/
	ln -sf ../lib/thrice/thrice $(DESTDIR)$(PREFIX)/bin/thrice
	install -m 644 README.md LICENSE $(SHARED)/doc/thrice/
	host/manual $(B)/thrice > $(SHARED)/man/man1/thrice.1
	host/completion bash $(B)/thrice > $(SHARED)/bash-completion/completions/thrice
	host/completion zsh $(B)/thrice > $(SHARED)/zsh/site-functions/_thrice

deb: all ## build/thrice_VERSION_amd64.deb
	images/deb/pack $(B) "$(VERSION)"

# Not part of `test`: it takes minutes, most of them for what is downloaded.
test-deb: deb ## the package on a clean Debian root: installed, run, removed; as root
	@images/install-packages images/packages VM
	images/deb/try $(B)/thrice_0~$(subst -,.,$(VERSION))_amd64.deb

# ---- for people -----------------------------------------------------------------------------
.PHONY: help clean
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 16

clean: ## remove build/
	rm -rf $(B)

-include $(shell find $(B) -name '*.oci' -prune -o -name '*.d' -type f -print 2>/dev/null)
