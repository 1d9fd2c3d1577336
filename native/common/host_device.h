// What lets one text serve the CPU and the CUDA kernels.
//
// Every function in common/ has internal linkage or is a static member, and is always inlined. The CPU kernels are
// compiled once per instruction set: were such a function emitted as a shared (weak) symbol, the linker would keep one
// copy, and an old processor could end up in AVX-512 code.
#ifndef GATUN_COMMON_HOST_DEVICE_H
#define GATUN_COMMON_HOST_DEVICE_H

#include <stdint.h>

#if defined(__CUDACC__)
#define GATUN_HOST_DEVICE static __host__ __device__ __forceinline__
#else
#define GATUN_HOST_DEVICE static inline __attribute__((always_inline))
#endif

namespace gatun {

// Correctly rounded in both types, on every instruction set.
GATUN_HOST_DEVICE float square_root(float x)
{
#if defined(__CUDA_ARCH__)
    return __fsqrt_rn(x);
#else
    return __builtin_sqrtf(x);
#endif
}

GATUN_HOST_DEVICE double square_root(double x)
{
#if defined(__CUDA_ARCH__)
    return __dsqrt_rn(x);
#else
    return __builtin_sqrt(x);
#endif
}

// For constants of a step only: the last bit of a power is the math library's.
GATUN_HOST_DEVICE double power(double base, double exponent)
{
#if defined(__CUDA_ARCH__)
    return ::pow(base, exponent);
#else
    return __builtin_pow(base, exponent);
#endif
}

// An option inside a loop over elements. Not a bool: where the compiler leaves the test inside the loop, GCC vectorises
// the choice only if what it compares has the type of the elements.
template <typename Real>
GATUN_HOST_DEVICE Real flag(bool set)
{
    return set ? Real(1) : Real(0);
}

template <typename Real>
GATUN_HOST_DEVICE bool on(Real flag)
{
    return flag != Real(0);
}

// The larger; a NaN in b is kept, as torch's maximum does where b is the new value.
template <typename Real>
GATUN_HOST_DEVICE Real larger(Real a, Real b)
{
    return a > b ? a : b;
}

template <typename Real>
GATUN_HOST_DEVICE Real magnitude(Real x)
{
    return x < Real(0) ? -x : x;
}

// -1, 0 or 1; 0 for a NaN.
template <typename Real>
GATUN_HOST_DEVICE Real sign(Real x)
{
    return x > Real(0) ? Real(1) : x < Real(0) ? Real(-1) : Real(0);
}

// In [-limit, limit]; a NaN stays a NaN.
template <typename Real>
GATUN_HOST_DEVICE Real clamped(Real x, Real limit)
{
    const Real below = x > limit ? limit : x;
    return below < -limit ? -limit : below;
}

}  // namespace gatun

#endif
