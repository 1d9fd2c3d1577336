// What lets one text serve the CPU and the CUDA kernels.
//
// Every function in common/ has internal linkage and is always inlined. The CPU kernels are compiled once per
// instruction set: were such a function emitted as a shared (weak) symbol, the linker would keep one copy, and an
// old processor could end up in AVX-512 code.
#ifndef GATUN_COMMON_HOST_DEVICE_H
#define GATUN_COMMON_HOST_DEVICE_H

#if defined(__CUDACC__)
#define GATUN_HOST_DEVICE static __host__ __device__ __forceinline__
#else
#define GATUN_HOST_DEVICE static inline __attribute__((always_inline))
#endif

namespace gatun {

// Correctly rounded in both types, on every instruction set.
GATUN_HOST_DEVICE float square_root(float x)
{
    return __builtin_sqrtf(x);
}

GATUN_HOST_DEVICE double square_root(double x)
{
    return __builtin_sqrt(x);
}

}  // namespace gatun

#endif
