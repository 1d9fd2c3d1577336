// Chooses the instruction set once, from what the processor and the operating system support.
#include "cpu/kernels.h"
#include "gatun.h"

namespace gatun {

static const Kernels *const tables[] = {
    &plain::kernels,
#if defined(__x86_64__)
    &avx2::kernels,
    &avx512::kernels,
#endif
};

static int32_t detect()
{
#if defined(__x86_64__)
    // The builtin asks the processor, and XGETBV for whether the system saves the wide registers.
    __builtin_cpu_init();
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512) {
        return GATUN_ISA_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return GATUN_ISA_AVX2;
    }
#endif
    return GATUN_ISA_PLAIN;
}

static constexpr int32_t undetected = -1;
static int32_t active = undetected;

// Two threads may both detect: they find the same.
static int32_t active_isa()
{
    int32_t isa = __atomic_load_n(&active, __ATOMIC_RELAXED);
    if (isa == undetected) {
        isa = detect();
        __atomic_store_n(&active, isa, __ATOMIC_RELAXED);
    }
    return isa;
}

const Kernels &active_kernels()
{
    return *tables[active_isa()];
}

}  // namespace gatun

extern "C" {

int32_t gatun_get_isa(void)
{
    return gatun::active_isa();
}

int32_t gatun_set_isa(int32_t isa)
{
    if (isa < GATUN_ISA_PLAIN || isa > GATUN_ISA_AVX512) {
        return GATUN_INVALID_VALUE;
    }
    if (isa > gatun::detect()) {
        return GATUN_UNSUPPORTED;
    }
    __atomic_store_n(&gatun::active, isa, __ATOMIC_RELAXED);
    return GATUN_SUCCESS;
}

const char *gatun_isa_name(int32_t isa)
{
    switch (isa) {
        case GATUN_ISA_PLAIN:
            return "plain";
        case GATUN_ISA_AVX2:
            return "avx2";
        case GATUN_ISA_AVX512:
            return "avx512";
    }
    return "unknown instruction set";
}

}  // extern "C"
