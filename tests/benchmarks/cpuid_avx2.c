/* An auditor of the dynamic linker (rtld-audit(7)) that shows libraries a processor with AVX2 and no more.

   In each library of the list, the two bytes of every `cpuid` become a trap, before any code of the library
   runs; the trap's handler answers as the processor does, less AVX-512, VNNI and AMX.
   AVX2_SITES: a file with lines "path address", addresses in hex as objdump prints them. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static const uint32_t EBX_7 = 1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 30 | 1u << 31;
static const uint32_t ECX_7 = 1u << 1 | 1u << 6 | 1u << 8 | 1u << 11 | 1u << 12 | 1u << 14;
static const uint32_t EDX_7 = 1u << 2 | 1u << 3 | 1u << 8 | 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25;

static void answer(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    greg_t *at = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint32_t leaf = at[REG_RAX], sub = at[REG_RCX], a, b, c, d;
    __cpuid_count(leaf, sub, a, b, c, d);
    if (leaf == 7 && sub == 0) b &= ~EBX_7, c &= ~ECX_7, d &= ~EDX_7;
    if (leaf == 7 && sub == 1) a = d = 0; /* AVX-VNNI, AVX512_BF16, AMX-FP16, AVX10 */
    if (leaf == 0x24) a = b = c = d = 0;  /* AVX10 */
    at[REG_RAX] = a, at[REG_RBX] = b, at[REG_RCX] = c, at[REG_RDX] = d;
}

static void set_trap(unsigned char *at) {
    size_t page = sysconf(_SC_PAGESIZE);
    unsigned char *from = (unsigned char *)((uintptr_t)at & ~(page - 1));
    if (at[0] != 0x0f || at[1] != 0xa2) abort(); /* the list is of another file */
    if (mprotect(from, 2 * page, PROT_READ | PROT_WRITE | PROT_EXEC)) abort();
    at[0] = 0xcc, at[1] = 0x90;
    mprotect(from, 2 * page, PROT_READ | PROT_EXEC);
}

unsigned int la_version(unsigned int version) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGTRAP, &action, NULL);
    return version;
}

unsigned int la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie) {
    (void)space, (void)cookie;
    char path[PATH_MAX], line[PATH_MAX + 32];
    const char *list = getenv("AVX2_SITES");
    FILE *file = list && realpath(map->l_name, path) ? fopen(list, "r") : NULL;
    while (file && fgets(line, sizeof line, file)) {
        char *space_at = strrchr(line, ' ');
        if (!space_at) continue;
        *space_at = 0;
        if (!strcmp(line, path)) set_trap((unsigned char *)map->l_addr + strtoul(space_at + 1, NULL, 16));
    }
    if (file) fclose(file);
    return 0;
}
